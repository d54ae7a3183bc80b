using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Worker.Intake.Counting;

namespace Worker.Intake;

/// <summary>
/// A lane for as long as one channel lives. Deliveries come in through the client's callbacks and go into the filling batch; a loop
/// writes batch after batch and acknowledges each after its commit. Delivery tags mean something on this channel only, so a session
/// ends with its channel and its unfinished messages are the broker's again.
/// </summary>
internal sealed class LaneSession : IAsyncBasicConsumer
{
    private readonly BatchHandover _handover;
    private readonly BatchWriter _writer;
    private readonly IntakeCounters _counters;
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _giveUp = new();

    // Written by the callbacks, read by whoever asks for the status.
    private ulong _lastDelivered;

    // Written by the write loop, read by whoever asks for the status.
    private ulong _lastSettled;

    public LaneSession(OrderBatch first, OrderBatch second, BatchWriter writer, IntakeCounters counters)
    {
        _handover = new BatchHandover(first, second);
        _writer = writer;
        _counters = counters;
    }

    /// <summary>Ends with the reason once the channel is of no more use.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>Messages taken in and not acknowledged yet. What the client holds back while a batch is full is not among them.</summary>
    public long InFlight
    {
        get
        {
            // In this order: what is settled meanwhile was delivered before, so the difference is never negative.
            var settled = Volatile.Read(ref _lastSettled);
            return (long)(Volatile.Read(ref _lastDelivered) - settled);
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
            if (await _writer.WriteAsync(batch, _giveUp.Token, abort) is not { } outcome)
            {
                _handover.Close(discardFilling: true);
                return;
            }

            _counters.BatchStored(batch, outcome);

            // A lost channel's tags are never acknowledged: the broker has given the messages to someone else.
            if (_lost.Task.IsCompleted)
            {
                return;
            }

            await channel.AckThroughAsync(batch.LastTag);
            Volatile.Write(ref _lastSettled, batch.LastTag);
            _handover.Return(batch);
        }
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
        if (_lost.TrySetResult(reason))
        {
            _handover.Close(discardFilling: true);
            _giveUp.Cancel();
        }
    }

    public Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        try
        {
            var delivery = new Delivery(deliveryTag, redelivered, exchange, properties, body);
            Volatile.Write(ref _lastDelivered, deliveryTag);
            return _handover.TryAdd(delivery) ? Task.CompletedTask : AddWhenThereIsRoomAsync(delivery);
        }
        catch (Exception unforeseen)
        {
            // The client would swallow it, and the next cumulative ack would cover a message that no batch holds.
            Lose($"a delivery could not be taken in: {unforeseen.Message}");
            return Task.CompletedTask;
        }
    }

    public Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        Lose("the broker cancelled the consumer; the queue was deleted or moved");
        return Task.CompletedTask;
    }

    public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        Lose(reason.ReplyText);
        return Task.CompletedTask;
    }

    // The wait happens inside the client's callback, so nothing else is dispatched, and the prefetch bounds what piles up behind it.
    private async Task AddWhenThereIsRoomAsync(Delivery delivery)
    {
        try
        {
            do
            {
                await _handover.WaitForRoomAsync();
            }
            while (!_handover.TryAdd(delivery));
        }
        catch (Exception unforeseen)
        {
            Lose($"a delivery could not be taken in: {unforeseen.Message}");
        }
    }
}
