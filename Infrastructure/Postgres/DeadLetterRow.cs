namespace Infrastructure.Postgres;

/// <summary>A message that could not become an order, kept whole: a row of <c>dead_letters</c>.</summary>
public sealed class DeadLetterRow
{
    /// <summary>Identity of the dead letter: version 7, or the fingerprint where a repetition can be told.</summary>
    public required Guid Id { get; init; }

    /// <summary>The message's body, byte for byte.</summary>
    public required byte[] Body { get; init; }

    /// <summary>The message's properties and headers as a JSON object.</summary>
    public required string Headers { get; init; }

    /// <summary>Why, in a word for machines: <c>decode.malformed_json</c>, <c>rule.total_mismatch</c>, <c>conflict.duplicate</c> ...</summary>
    public required string Reason { get; init; }

    /// <summary>Why, in a sentence for people, with the value seen and the limit.</summary>
    public required string Detail { get; init; }

    /// <summary>Where it left the way of an order: <c>decode</c>, <c>store</c> or <c>broker</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>The order's identity, when it could be read.</summary>
    public Guid? OrderId { get; init; }

    /// <summary>The message's own id, when it carried one.</summary>
    public string? MessageId { get; init; }

    /// <summary>The exchange it was published to; empty for the default exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>SQLSTATE, when the database refused the row.</summary>
    public string? SqlState { get; init; }

    /// <summary>Name of the constraint, when one refused the row.</summary>
    public string? ConstraintName { get; init; }

    /// <summary>Name of the column, when the database named one.</summary>
    public string? ColumnName { get; init; }

    /// <summary>The first 16 bytes of SHA-256 over message id, body and which letter was sent back, if one was: the same delivery has the same fingerprint.</summary>
    public required Guid Fingerprint { get; init; }

    /// <summary>When it was first put aside.</summary>
    public DateTimeOffset FirstSeen { get; init; }

    /// <summary>The worker that put it aside.</summary>
    public required string Worker { get; init; }

    /// <summary>When it was last published again; empty if never.</summary>
    public DateTimeOffset? ReplayedAt { get; init; }

    /// <summary>How often it was published again.</summary>
    public int ReplayCount { get; init; }
}
