namespace Infrastructure.Postgres;

/// <summary>
/// A row of <c>batch_ledger</c>, written with every batch that took the idempotent path. A batch of nothing but duplicates would
/// otherwise change no row, and a commit that writes nothing does not wait for the synchronous standby.
/// </summary>
public sealed class BatchLedgerRow
{
    /// <summary>Running number.</summary>
    public long Id { get; init; }

    /// <summary>The worker that wrote the batch.</summary>
    public required string Worker { get; init; }

    /// <summary>Orders in the batch.</summary>
    public required int Orders { get; init; }

    /// <summary>Orders that were new.</summary>
    public required int Stored { get; init; }

    /// <summary>Orders that were there already with other content.</summary>
    public required int Conflicts { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset CommittedAt { get; init; }
}
