namespace Infrastructure.Postgres;

/// <summary>A batch as the store sees it. It must not change while it is being stored.</summary>
public interface IOrderRows
{
    /// <summary>Rows in <see cref="CopyData"/>; their order ids are distinct.</summary>
    int Count { get; }

    /// <summary>The rows in binary COPY format, in <see cref="OrderStore"/>'s column order, header and end mark included.</summary>
    ReadOnlyMemory<byte> CopyData { get; }

    /// <summary>Order id and content hash of each row.</summary>
    IEnumerable<KeyValuePair<Guid, Guid>> HashOfOrder { get; }

    /// <summary>Messages of the batch that cannot become orders.</summary>
    IReadOnlyList<DeadLetter> DeadLetters { get; }

    /// <summary>The dead letter of a row whose order id is stored already with other content.</summary>
    DeadLetter ConflictOf(Guid orderId);
}
