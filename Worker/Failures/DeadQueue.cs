using Contracts;
using Infrastructure.Postgres;
using RabbitMQ.Client;
using Worker.Intake;
using Worker.Intake.Counting;
using Worker.Intake.Decoding;

namespace Worker.Failures;

/// <summary>
/// Empties the queue in which the broker puts what the lanes rejected and what it gave up on itself: each message is stored alone, so that one
/// that kills the process takes nobody with it. The broker keeps the books: what was delivered twice in vain even here is put aside unread.
/// </summary>
/// <param name="name">What its connection is called.</param>
/// <param name="queue">The queue.</param>
/// <param name="openChannel">Connects.</param>
/// <param name="waiting">Messages in it; <see langword="null"/> when nobody can say. It is empty nearly always, and then needs no connection.</param>
/// <param name="writer">Stores the messages.</param>
/// <param name="counters">Where they are counted.</param>
/// <param name="lines">How many lines may be written about what is put aside.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
/// <param name="random">Spreads the attempts to connect.</param>
internal sealed class DeadQueue(
    string name, string queue, Func<CancellationToken, Task<IDeliveryChannel>> openChannel, Func<long?> waiting, BatchWriter writer,
    IntakeCounters counters, LogBudget lines, TimeProvider time, ILogger logger, Random? random = null) : IAsyncDisposable
{
    // Where a batch of one begins; a larger message makes it grow and shrink again.
    private const int BatchBytes = 64 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly ReconnectPolicy _reconnect = new(time, random ?? Random.Shared);
    private readonly OrderBatch _batch = new(maxDeliveries: 1, BatchBytes);

    private bool IsKnownToBeEmpty => waiting() == 0;

    /// <summary>Runs until stopped.</summary>
    /// <param name="stop">Take out nothing more, finish the one in hand.</param>
    /// <param name="abort">Time is up: do not finish that either.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        var wait = Interval;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                // Also before the first look: what a crash has returned the lanes store first.
                await Task.Delay(wait, time, stop);
                wait = Interval;

                // With nothing to store it has no part in finding out whether the database works: that is for who holds messages.
                if (!IsKnownToBeEmpty)
                {
                    await writer.WaitUntilWritableAsync(stop);
                    await WatchAsync(stop, abort);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                var fault = BrokerFault.Of(failure);
                var isNews = _reconnect.Lost(fault);
                wait = _reconnect.Wait;
                if (isNews)
                {
                    logger.DeadQueueLost(name, queue, wait.TotalSeconds, fault.Problem);
                }
            }
        }
    }

    public ValueTask DisposeAsync() => writer.DisposeAsync();

    private async Task WatchAsync(CancellationToken stop, CancellationToken abort)
    {
        await using var channel = await openChannel(stop);
        _reconnect.Connected();

        // A worker that is told to stop, or hands back, during an outage leaves one vain trial behind. The next must not begin with another.
        await writer.ProveWritableAsync(stop);
        while (await DrainAsync(channel, stop, abort))
        {
            await Task.Delay(Interval, time, stop);
            if (IsKnownToBeEmpty)
            {
                return;
            }
        }
    }

    /// <returns><see langword="false"/> when it gave a message back, and with it the channel's right to acknowledge.</returns>
    private async Task<bool> DrainAsync(IDeliveryChannel channel, CancellationToken stop, CancellationToken abort)
    {
        var (messages, stored, duplicates) = (0L, 0L, 0L);
        try
        {
            while (true)
            {
                // A trial that fails for want of a database would look like one that killed the process.
                await writer.WaitUntilWritableAsync(stop);
                if (await channel.FetchAsync(queue, stop) is not { } delivery)
                {
                    return true;
                }

                if (await StoreAsync(delivery, VainTrials.Of(delivery, channel.CarriesCounts), stop, abort) is not { } outcome)
                {
                    await channel.HandBackAsync();
                    return false;
                }

                await channel.AckThroughAsync(delivery.Tag);
                messages++;
                stored += outcome.Stored;
                duplicates += outcome.Duplicates;
            }
        }
        finally
        {
            if (messages > 0)
            {
                logger.DeadQueueDrained(name, messages, queue, stored, duplicates, messages - stored - duplicates);
            }
        }
    }

    private async Task<BatchOutcome?> StoreAsync(Delivery delivery, long vainTrials, CancellationToken stop, CancellationToken abort)
    {
        try
        {
            Fill(delivery, vainTrials);
            _batch.Seal();
            if (await writer.WriteAsync(_batch, stop, abort) is not { } outcome)
            {
                return null;
            }

            counters.BatchStored(_batch, outcome);
            counters.TakenFromDeadQueue();
            return outcome;
        }
        finally
        {
            _batch.Reset();
        }
    }

    private void Fill(in Delivery delivery, long vainTrials)
    {
        if (vainTrials < Delivery.VainDeliveriesOfASuspect)
        {
            // It was delivered before, though not in this queue, and may be stored or put aside already.
            _batch.AddRead(delivery with { Redelivered = true });
            return;
        }

        var properties = delivery.Properties.Read();
        var refusal = new Refusal(
            ReasonOf(properties),
            $"delivered alone {vainTrials} times in vain: every time the process or its channel ended before it was stored");
        if (lines.Allows(logger))
        {
            logger.SuspectPutAside(name, Printable.Quote(properties.MessageId ?? ""), refusal.Reason, refusal.Detail);
        }

        _batch.AddUnread(delivery, refusal);
    }

    // A label and no more.
    private static string ReasonOf(IReadOnlyBasicProperties properties) =>
        VainTrials.DeathOf(properties) == VainTrials.DeliveryLimit ? DeadLetter.DeliveryLimitReason : DeadLetter.CrashReason;
}
