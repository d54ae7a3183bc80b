using System.Buffers.Binary;

namespace Infrastructure.Postgres;

/// <summary>
/// What a store that failed tries again with, without a message: a row and a letter of what it could not store. Made up ones would say too little, or
/// too much: which rows a table takes is the business of its columns and of an operator's triggers and constraints.
/// </summary>
internal sealed class TrialRows : IOrderRows
{
    /// <summary>As long as nothing has failed.</summary>
    public static readonly TrialRows None = new([], default, []);

    private readonly IReadOnlyList<KeyValuePair<Guid, Guid>> _keys;

    private TrialRows(IReadOnlyList<KeyValuePair<Guid, Guid>> keys, ReadOnlySpan<byte> rows, IReadOnlyList<DeadLetter> letters)
    {
        var copy = new CopyBuffer(CopyBuffer.HeaderLength + rows.Length + sizeof(short));
        copy.Append(rows);
        copy.EndRows();
        _keys = keys;
        CopyData = copy.Written;
        DeadLetters = letters;
    }

    public int Count => _keys.Count;

    public ReadOnlyMemory<byte> CopyData { get; }

    public IEnumerable<KeyValuePair<Guid, Guid>> HashOfOrder => _keys;

    public IReadOnlyList<DeadLetter> DeadLetters { get; }

    /// <summary>A copy of one row, and the first letter.</summary>
    /// <param name="rows">What could not be stored.</param>
    /// <param name="named">The row that the server named, counted from 0; the first one when it named none.</param>
    public static TrialRows Of(IOrderRows rows, int? named)
    {
        var letters = rows.DeadLetters.Take(1).ToList();
        if (rows.Count == 0)
        {
            return new TrialRows([], default, letters);
        }

        var index = named < rows.Count ? named.Value : 0;
        var row = rows.CopyData.Span[CopyBuffer.HeaderLength..];
        for (var before = 0; before < index; before++)
        {
            row = row[LengthOf(row)..];
        }

        return new TrialRows([rows.HashOfOrder.ElementAt(index)], row[..LengthOf(row)], letters);
    }

    /// <summary>Somebody has stored another order under the id meanwhile.</summary>
    public DeadLetter ConflictOf(Guid orderId) => new()
    {
        Body = [],
        Headers = "{}",
        Reason = DeadLetter.ConflictReason,
        Detail = "",
        Stage = DeadLetter.StoreStage,
        Exchange = "",
    };

    // The count of the fields, and each behind its own length.
    private static int LengthOf(ReadOnlySpan<byte> rows)
    {
        var length = sizeof(short);
        for (var fields = BinaryPrimitives.ReadInt16BigEndian(rows); fields > 0; fields--)
        {
            length += sizeof(int) + BinaryPrimitives.ReadInt32BigEndian(rows[length..]);
        }

        return length;
    }
}
