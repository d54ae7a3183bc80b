using Infrastructure.Postgres;

namespace Worker.Intake;

/// <summary>Some rows of a batch, to be stored without the others.</summary>
/// <param name="batch">The batch; it must not change meanwhile.</param>
/// <param name="rows">Which of its rows.</param>
/// <param name="withLetters">Whether the batch's dead letters are written with them.</param>
internal sealed class BatchPart(OrderBatch batch, int[] rows, bool withLetters) : IOrderRows
{
    public int Count => rows.Length;

    public ReadOnlyMemory<byte> CopyData { get; } = batch.CopyOf(rows);

    public IEnumerable<KeyValuePair<Guid, Guid>> HashOfOrder => rows.Select(batch.KeyOf);

    public IReadOnlyList<DeadLetter> DeadLetters => withLetters ? batch.DeadLetters : [];

    public DeadLetter ConflictOf(Guid orderId) => batch.ConflictOf(orderId);
}
