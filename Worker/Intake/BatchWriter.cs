using Infrastructure;
using Infrastructure.Postgres;
using Worker.Failures;

namespace Worker.Intake;

/// <summary>
/// Makes one batch after the other durable: optimistically when it can, idempotently when it must, and again after a failure.
/// Belongs to a lane and survives its sessions, so that what it learnt about duplicates does too.
/// </summary>
internal sealed class BatchWriter(
    IOrderStore store, WriteBreaker breaker, TimeSpan longestHold, LogBudget lines, TimeProvider time, ILogger logger, string lane, Random? random = null)
    : IAsyncDisposable
{
    /// <summary>Rows that are risked to find out whether the database works again.</summary>
    public const int TrialRows = 50;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    // A bad row in every batch would be a line for every batch.
    private static readonly TimeSpan RefusalInterval = TimeSpan.FromSeconds(1);

    private readonly PathChoice _path = new();
    private readonly LogPace _refusals = new(RefusalInterval, time);
    private readonly Backoff _backoff = new(FirstWait, LongestWait, random ?? Random.Shared);

    // Written by whoever writes, one at a time; read by whoever wonders whether that goes on.
    private long _steps;

    /// <summary>Why the last attempt failed; <see langword="null"/> after one that succeeded.</summary>
    public string? Problem { get; private set; }

    /// <summary>Attempts begun and ended.</summary>
    public long Steps => Volatile.Read(ref _steps);

    /// <summary>Whether an attempt has begun that has not ended.</summary>
    public bool IsWriting => Steps % 2 == 1;

    /// <summary>Whether the breaker lets everybody write.</summary>
    public bool IsWritable => breaker.State == BreakerState.Closed;

    /// <summary>Writes the batch until it is durable.</summary>
    /// <param name="batch">Sealed, and untouched until this ends.</param>
    /// <param name="giveUp">No further attempt: the messages are nobody's to acknowledge any more, or the worker stops.</param>
    /// <param name="abort">Not even the attempt under way.</param>
    /// <returns><see langword="null"/> when it gave up. The batch may be stored all the same; whoever receives its messages next finds out.</returns>
    public async Task<BatchOutcome?> WriteAsync(OrderBatch batch, CancellationToken giveUp, CancellationToken abort)
    {
        var started = time.GetTimestamp();
        var work = new BatchWork(batch);
        long? failingSince = null;
        while (!work.IsDone)
        {
            if (!await IsItsTurnAsync(work, failingSince, giveUp))
            {
                if (lines.Allows(logger))
                {
                    logger.BatchGivenUp(lane, batch.Deliveries, Problem ?? breaker.Fault?.Problem ?? "none was needed");
                }

                return null;
            }

            try
            {
                work.Stored(await AttemptAsync(work.Next, work.MayBeStored, abort));
                failingSince = null;
                Succeeded();
            }
            catch (OperationCanceledException) when (abort.IsCancellationRequested)
            {
                breaker.Abandoned();
                return null;
            }
            catch (Exception failure)
            {
                var fault = FaultOf(failure);
                if (work.Failed(fault))
                {
                    // It refuses a row, so it works.
                    Succeeded();
                }
                else
                {
                    failingSince ??= time.GetTimestamp();
                    await FailedAsync(fault, batch.Deliveries, giveUp);
                }
            }
        }

        TellOf(work);
        var result = work.Result;
        return new BatchOutcome(result.Stored, result.Duplicates + batch.Duplicates, result.Conflicts, time.GetElapsedTime(started));
    }

    /// <summary>Ends once the database can be written to, as far as can be told without a message.</summary>
    /// <exception cref="OperationCanceledException">Stopped before.</exception>
    public async Task WaitUntilWritableAsync(CancellationToken stop)
    {
        while (breaker.State != BreakerState.Closed)
        {
            await TryProbeAsync(stop);
        }
    }

    /// <summary>Ends once a trial without a message has succeeded. A closed breaker says less: at a start it is closed because nobody has tried.</summary>
    /// <exception cref="OperationCanceledException">Stopped before.</exception>
    public async Task ProveWritableAsync(CancellationToken stop)
    {
        while (!await TryProbeAsync(stop))
        {
        }
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private async Task<MergeResult> AttemptAsync(IOrderRows rows, bool mayBeStored, CancellationToken abort)
    {
        Step();
        try
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
        finally
        {
            Step();
        }
    }

    /// <returns>Whether a trial without a message succeeded; <see langword="false"/> also after a wait for the turn.</returns>
    private async Task<bool> TryProbeAsync(CancellationToken stop)
    {
        var turn = breaker.Ask();
        if (!turn.IsNow)
        {
            await Task.Delay(turn.Wait, time, stop);
            return false;
        }

        try
        {
            await ProbeAsync(stop);
            Succeeded();
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            breaker.Abandoned();
            throw;
        }
        catch (Exception failure)
        {
            await FailedAsync(FaultOf(failure), messages: 0, stop);
            return false;
        }
    }

    private async Task ProbeAsync(CancellationToken stop)
    {
        Step();
        try
        {
            await store.ProbeAsync(stop);
        }
        finally
        {
            Step();
        }
    }

    private void Step() => Volatile.Write(ref _steps, _steps + 1);

    private void TellOf(BatchWork work)
    {
        if (work.Refusal is { } refusal && _refusals.IsDue(work.PutAside, out var rows) && lines.Allows(logger))
        {
            logger.RowsRefused(lane, rows, refusal.SqlState ?? "none", refusal.ConstraintName ?? "none");
        }
    }

    // What the store does not understand may have happened at any moment.
    private static PostgresFault FaultOf(Exception failure) =>
        (failure as OrderStoreException)?.Fault ?? new PostgresFault(FaultKind.Unknown, failure.Message);

    /// <returns><see langword="false"/> when it is not, and will not be in time.</returns>
    private async Task<bool> IsItsTurnAsync(BatchWork work, long? failingSince, CancellationToken giveUp)
    {
        while (true)
        {
            // After the first failure nothing more is begun for a worker that stops, or for messages that are someone else's.
            if (giveUp.IsCancellationRequested && Problem is not null)
            {
                return false;
            }

            var turn = breaker.Ask();
            if (turn.IsNow)
            {
                if (turn.IsTrial)
                {
                    work.BeginWith(TrialRows);
                }

                return true;
            }

            // Its own time counts as well, in case writes of others succeed in between.
            if (giveUp.IsCancellationRequested || breaker.OpenFor >= longestHold
                || (failingSince is { } since && time.GetElapsedTime(since) >= longestHold))
            {
                return false;
            }

            await WaitAsync(turn.Wait, giveUp);
        }
    }

    private async Task FailedAsync(PostgresFault fault, int messages, CancellationToken giveUp)
    {
        Problem = fault.Problem;
        if (breaker.Failed(fault))
        {
            logger.BreakerOpened(lane, fault.Problem);
        }

        var wait = _backoff.Next();
        if (lines.Allows(logger))
        {
            logger.WriteFailed(lane, messages, _backoff.Failures, fault.Kind, fault.Problem);
        }

        if (breaker.State == BreakerState.Closed)
        {
            await WaitAsync(wait, giveUp);
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken giveUp)
    {
        try
        {
            await Task.Delay(wait, time, giveUp);
        }
        catch (OperationCanceledException)
        {
            // Whoever waits looks at the token itself.
        }
    }

    private void Succeeded()
    {
        if (breaker.Succeeded())
        {
            logger.BreakerClosed(lane);
        }

        if (_backoff.Failures > 0)
        {
            if (lines.Allows(logger))
            {
                logger.WritesRecovered(lane, _backoff.Failures);
            }

            _backoff.Reset();
        }

        Problem = null;
    }
}
