namespace Infrastructure.Postgres;

/// <summary>Where batches of orders are made durable. Says what a failure means and lets it out: the caller owns retries.</summary>
public interface IOrderStore : IAsyncDisposable
{
    /// <summary>The optimistic path: all rows at once, in the fewest round trips.</summary>
    /// <returns>
    /// <see langword="true"/> when every row is stored and durable; <see langword="false"/> when one of the ids is stored already,
    /// and then no row is: <see cref="MergeAsync"/> is next.
    /// </returns>
    /// <exception cref="OrderStoreException">The database refused, or its answer never came and the outcome is unknown.</exception>
    Task<bool> TryCopyAsync(IOrderRows rows, CancellationToken cancellationToken);

    /// <summary>The idempotent path: stores the rows that are missing and puts aside those that conflict, in one transaction.</summary>
    /// <exception cref="OrderStoreException">The database refused, or its answer never came and the outcome is unknown.</exception>
    Task<MergeResult> MergeAsync(IOrderRows rows, CancellationToken cancellationToken);

    /// <summary>
    /// Does everything that storing does, with a row and a letter of what failed last, and takes it back: whether storing works again, no message needs to
    /// find out.
    /// </summary>
    /// <exception cref="OrderStoreException">It would not.</exception>
    Task ProbeAsync(CancellationToken cancellationToken);
}
