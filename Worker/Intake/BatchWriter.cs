using Infrastructure;
using Infrastructure.Postgres;

namespace Worker.Intake;

/// <summary>
/// Makes one batch after the other durable: optimistically when it can, idempotently when it must, and again after a failure.
/// Belongs to a lane and survives its sessions, so that what it learnt about duplicates does too.
/// </summary>
internal sealed class BatchWriter(IOrderStore store, TimeProvider time, ILogger logger, string lane) : IAsyncDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly PathChoice _path = new();
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
        var mayBeStored = batch.HasRedelivered;
        while (true)
        {
            try
            {
                var result = await AttemptAsync(batch, mayBeStored, abort);
                Recovered();
                return new BatchOutcome(
                    result.Stored, result.Duplicates + batch.Duplicates, result.Conflicts, time.GetElapsedTime(started));
            }
            catch (OperationCanceledException) when (abort.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception failure)
            {
                // The error alone does not tell whether the commit reached the server, so from now on the rows may be there.
                mayBeStored = true;
                if (!await WaitAsync(failure, batch, giveUp))
                {
                    return null;
                }
            }
        }
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private async Task<MergeResult> AttemptAsync(OrderBatch batch, bool mayBeStored, CancellationToken abort)
    {
        if (_path.IsOptimistic(mayBeStored))
        {
            if (await store.TryCopyAsync(batch, abort))
            {
                _path.Hit();
                return new MergeResult(batch.Count, 0, 0);
            }

            _path.Missed();
        }

        var result = await store.MergeAsync(batch, abort);
        _path.Merged();
        return result;
    }

    private async Task<bool> WaitAsync(Exception failure, OrderBatch batch, CancellationToken giveUp)
    {
        var wait = _backoff.Next();
        Problem = failure.Message;
        if (giveUp.IsCancellationRequested)
        {
            logger.BatchGivenUp(lane, batch.Deliveries, failure.Message);
            return false;
        }

        logger.BatchFailed(lane, batch.Deliveries, _backoff.Failures, wait.TotalMilliseconds, failure.Message);
        try
        {
            await Task.Delay(wait, time, giveUp);
            return true;
        }
        catch (OperationCanceledException)
        {
            logger.BatchGivenUp(lane, batch.Deliveries, failure.Message);
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
