using System.Text;
using Contracts;
using Infrastructure.Postgres;

namespace IntegrationTests.Stack;

/// <summary>Rows written by hand, without a decoder.</summary>
internal sealed class WrittenRows : IOrderRows
{
    private readonly CopyBuffer _buffer = new(1024);

    public List<Guid> Ids { get; } = [];

    public int Count => Ids.Count;

    public ReadOnlyMemory<byte> CopyData => _buffer.Written;

    public IEnumerable<KeyValuePair<Guid, Guid>> HashOfOrder => Ids.Select(id => KeyValuePair.Create(id, id));

    public IReadOnlyList<DeadLetter> DeadLetters => [];

    /// <summary>Rows of these orders, in this sequence.</summary>
    public static WrittenRows Of(IEnumerable<Guid> ids)
    {
        var rows = new WrittenRows();
        foreach (var id in ids)
        {
            rows.Add(id, "c", DateTimeOffset.UnixEpoch, 0);
        }

        rows.End();
        return rows;
    }

    public void Add(Guid id, string customerId, DateTimeOffset placedAt, long total)
    {
        Ids.Add(id);
        _buffer.BeginRow(OrderStore.ColumnCount);
        _buffer.WriteUuid(id);
        _buffer.WriteText(Encoding.UTF8.GetBytes(customerId));
        _buffer.WriteTimestamp(placedAt);
        _buffer.WriteText("EUR"u8);
        _buffer.WriteNumeric(total, OrderRules.TotalDecimals);
        var start = _buffer.BeginJsonb();
        _buffer.Append("[{\"sku\":\"s\",\"quantity\":1,\"unitPrice\":0}]"u8);
        _buffer.EndJsonb(start);
        _buffer.WriteUuid(id);
    }

    public void End() => _buffer.EndRows();

    public DeadLetter ConflictOf(Guid orderId) => throw new InvalidOperationException($"{orderId} does not conflict");
}
