using Infrastructure;
using Infrastructure.Postgres;
using Worker.Failures;

namespace Worker.Intake;

/// <summary>
/// Makes one batch after the other durable: optimistically when it can, idempotently when it must, and again after a failure.
/// Belongs to a lane and survives its sessions, so that what it learnt about duplicates does too.
/// </summary>
internal sealed class BatchWriter(IOrderStore store, TimeProvider time, ILogger logger, string lane) : IAsyncDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    // A bad row in every batch would be a line for every batch.
    private static readonly TimeSpan RefusalInterval = TimeSpan.FromSeconds(1);

    private readonly PathChoice _path = new();
    private readonly LogPace _refusals = new(RefusalInterval, time);
    private readonly Backoff _backoff = new(FirstWait, LongestWait, Random.Shared);

    /// <summary>Why the last attempt failed; <see langword="null"/> after one that succeeded.</summary>
    public string? Problem { get; private set; }

    /// <summary>Writes the batch until it is durable.</summary>
    /// <param name="batch">Sealed, and untouched until this ends.</param>
    /// <param name="giveUp">No further attempt: the messages are nobody's to acknowledge any more, or the worker stops.</param>
    /// <param name="abort">Not even the attempt under way.</param>
    /// <returns><see langword="null"/> when it gave up. The batch may be stored all the same; whoever receives its messages next finds out.</returns>
    public async Task<BatchOutcome?> WriteAsync(OrderBatch batch, CancellationToken giveUp, CancellationToken abort)
    {
        var started = time.GetTimestamp();
        var work = new BatchWork(batch);
        while (!work.IsDone)
        {
            try
            {
                work.Stored(await AttemptAsync(work.Next, work.MayBeStored, abort));
                Recovered();
            }
            catch (OperationCanceledException) when (abort.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception failure)
            {
                // What the store does not understand may have happened at any moment.
                var fault = (failure as OrderStoreException)?.Fault ?? new PostgresFault(FaultKind.Unknown, failure.Message);
                if (!work.Failed(fault) && !await WaitAsync(fault, batch, giveUp))
                {
                    return null;
                }
            }
        }

        TellOf(work);
        var result = work.Result;
        return new BatchOutcome(result.Stored, result.Duplicates + batch.Duplicates, result.Conflicts, time.GetElapsedTime(started));
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private async Task<MergeResult> AttemptAsync(IOrderRows rows, bool mayBeStored, CancellationToken abort)
    {
        if (_path.IsOptimistic(mayBeStored))
        {
            if (await store.TryCopyAsync(rows, abort))
            {
                _path.Hit();
                return new MergeResult(rows.Count, 0, 0);
            }

            _path.Missed();
        }

        var result = await store.MergeAsync(rows, abort);
        _path.Merged();
        return result;
    }

    private void TellOf(BatchWork work)
    {
        if (work.Refusal is { } refusal && _refusals.IsDue(work.PutAside, out var rows))
        {
            logger.RowsRefused(lane, rows, refusal.SqlState ?? "none", refusal.ConstraintName ?? "none");
        }
    }

    private async Task<bool> WaitAsync(PostgresFault fault, OrderBatch batch, CancellationToken giveUp)
    {
        var wait = _backoff.Next();
        Problem = fault.Problem;
        if (giveUp.IsCancellationRequested)
        {
            logger.BatchGivenUp(lane, batch.Deliveries, fault.Problem);
            return false;
        }

        logger.BatchFailed(lane, batch.Deliveries, _backoff.Failures, wait.TotalMilliseconds, fault.Problem);
        try
        {
            await Task.Delay(wait, time, giveUp);
            return true;
        }
        catch (OperationCanceledException)
        {
            logger.BatchGivenUp(lane, batch.Deliveries, fault.Problem);
            return false;
        }
    }

    private void Recovered()
    {
        if (_backoff.Failures > 0)
        {
            logger.WritesRecovered(lane, _backoff.Failures);
            _backoff.Reset();
        }

        Problem = null;
    }
}
