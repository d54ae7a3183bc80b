using Contracts;
using Infrastructure.RabbitMq.Publishing;
using Infrastructure.RabbitMq.Receiving;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Worker.Intake.Counting;

namespace Worker.Intake;

/// <summary>
/// A lane for as long as one channel lives. Deliveries come in and go into the filling batch; a loop writes batch after batch and
/// acknowledges each after its commit. Delivery tags mean something on this channel only, so a session
/// ends with its channel and its unfinished messages are the broker's again.
/// </summary>
internal sealed class LaneSession : IAsyncBasicConsumer
{
    private readonly BatchHandover _handover;
    private readonly BatchWriter _writer;
    private readonly IntakeCounters _counters;
    private readonly BatchTelemetry? _telemetry;
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _giveUp = new();
    private readonly DeliveryIntake _intake;

    // Set when the consumer is cancelled, and after every batch.
    private readonly AsyncSignal _emptier = new();

    // Written by the write loop, read by whoever asks for the status.
    private ulong _lastSettled;

    private volatile bool _isCancelled;

    public LaneSession(
        OrderBatch first, OrderBatch second, BatchWriter writer, IntakeCounters counters, TimeSpan linger, TimeProvider time,
        BatchTelemetry? telemetry = null, LaneDemand? demand = null)
    {
        _handover = new BatchHandover(first, second, linger, time, demand);

        // Let out, it would go to the client, and the next cumulative ack would cover a message that no batch holds.
        _intake = new DeliveryIntake(_handover, time, unforeseen => Lose($"a delivery could not be taken in: {unforeseen.Message}"));
        _writer = writer;
        _counters = counters;
        _telemetry = telemetry;
    }

    /// <summary>Ends with the reason once the channel is of no more use.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>Takes the channel's deliveries.</summary>
    public IDeliveryReceiver Receiver => _intake;

    /// <summary>The last delivery tag that was taken in; 0 before the first.</summary>
    public ulong LastTag => _intake.LastTag;

    /// <summary>Messages taken in and not acknowledged yet.</summary>
    public long InFlight
    {
        get
        {
            // A batch can be settled before its last delivery is counted.
            var settled = Volatile.Read(ref _lastSettled);
            return (long)(Math.Max(_intake.LastTag, settled) - settled);
        }
    }

    IChannel? IAsyncBasicConsumer.Channel => null;

    /// <summary>Writes and acknowledges until the session is stopped or lost.</summary>
    /// <param name="channel">Where to acknowledge.</param>
    /// <param name="abort">Ends even a write under way.</param>
    public async Task WriteBatchesAsync(IDeliveryChannel channel, CancellationToken abort)
    {
        while (await _handover.TakeAsync() is { } batch)
        {
            // Suspects alone are nothing to store.
            if (batch.AckTag > 0)
            {
                var span = _telemetry?.Begin(batch);
                if (await _writer.WriteAsync(batch, _giveUp.Token, abort) is not { } outcome)
                {
                    span?.GaveUp(_writer.Problem);
                    _handover.Close(discardFilling: true);
                    return;
                }

                _counters.BatchStored(batch, outcome);
                span?.Committed();
            }

            // A lost channel's tags are never acknowledged: the broker has given the messages to someone else.
            if (_lost.Task.IsCompleted)
            {
                return;
            }

            await SettleAsync(channel, batch);
            Volatile.Write(ref _lastSettled, batch.LastTag);
            _emptier.Set();
            _handover.Return(batch);
        }
    }

    /// <summary>
    /// Ends when a consumer that is being cancelled holds nothing any more. The broker gives the next one a prefetch of its own, whatever this one
    /// still holds. One waiter at a time, which may wait for ever once the channel is lost.
    /// </summary>
    public async Task EmptiedAsync()
    {
        while (!_isCancelled || InFlight > 0)
        {
            await _emptier.WaitAsync(CancellationToken.None);
        }

        _isCancelled = false;
    }

    /// <summary>Takes in nothing more. What is in the batches is still written, once: no attempt is repeated after this.</summary>
    public void Stop()
    {
        _handover.Close(discardFilling: false);
        _giveUp.Cancel();
    }

    /// <summary>The channel is gone. The batch being written is finished, the one that fills is forgotten.</summary>
    public void Lose(string reason)
    {
        // Some of it may be the words of a message that could not be read.
        if (_lost.TrySetResult(Printable.Clip(reason, Printable.MaxSentence)))
        {
            _handover.Close(discardFilling: true);
            _giveUp.Cancel();
        }
    }

    public Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        // Out of order it cannot be taken in: the next cumulative ack would cover what comes before it.
        Lose("a delivery came through the client, past the receiver of the channel's deliveries");
        return Task.CompletedTask;
    }

    public Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        Lose("the broker cancelled the consumer; the queue was deleted or moved");
        return Task.CompletedTask;
    }

    // Behind the last of the consumer's deliveries.
    public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        _isCancelled = true;
        _emptier.Set();
        return Task.CompletedTask;
    }

    public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        // The client's own word for a silent broker is the end of the stream; the exception says more.
        Lose(reason.Exception is { } cause ? BrokerRefusal.Describe(cause) : reason.ReplyText);
        return Task.CompletedTask;
    }

    // An ack covers every tag below its own, so the suspects go first.
    private async ValueTask SettleAsync(IDeliveryChannel channel, OrderBatch batch)
    {
        foreach (var suspect in batch.Suspects)
        {
            await channel.RejectAsync(suspect);
        }

        if (batch.AckTag > 0)
        {
            await channel.AckThroughAsync(batch.AckTag);
        }

        if (batch.Suspects.Count > 0)
        {
            _counters.HandedBack(batch.Suspects.Count);
        }
    }
}
