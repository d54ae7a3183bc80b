using System.Collections.Concurrent;
using Infrastructure.RabbitMq.Receiving;

namespace Worker.Intake;

/// <summary>
/// Brings deliveries into the batches in the order in which the broker sent them, whichever of two ways they come: straight from the
/// connection's receive buffer, or through the client. The second is for what the first cannot wait for. A delivery that took it holds
/// back those that arrive behind it, because a cumulative ack covers all tags below its own.
/// </summary>
internal sealed class DeliveryIntake(BatchHandover handover, TimeProvider time, Action<Exception> failed) : IDeliveryReceiver
{
    // The connection is not read meanwhile. Longer than the write of a full batch takes, and far from any heartbeat's timeout.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // What the client holds has no end but the prefetch, which counts messages. As much as two batches of the default size, so that a lane does not
    // run dry; a larger message goes alone.
    private const long MostAtTheClient = 8 * 1024 * 1024;

    private readonly AsyncSignal _caughtUp = new();

    // What the client is on its way to deliver, in that order, with the properties that it was not shown.
    private readonly ConcurrentQueue<Passed> _atTheClient = [];

    private long _bytesAtTheClient;

    // Deliveries that went to the client: counted by the connection's receive loop, the only one to read it.
    private long _passed;

    // Those of them that have arrived in a batch: counted by the client's callbacks.
    private long _arrived;

    // How many had arrived when patience ended. While it is as many, nothing moves and waiting again is of no use.
    private long _arrivedWhenStuck = -1;

    private ulong _lastTag;

    /// <summary>The last tag that was taken in.</summary>
    public ulong LastTag => Volatile.Read(ref _lastTag);

    private bool HasCaughtUp => _passed == Volatile.Read(ref _arrived);

    private bool IsStuck => !HasCaughtUp && _arrivedWhenStuck == Volatile.Read(ref _arrived);

    /// <inheritdoc/>
    public ValueTask<bool> TakeAsync(ReceivedDelivery received)
    {
        var delivery = new Delivery(
            received.Tag, received.Redelivered, received.Exchange, new MessageProperties(received.Properties), received.Body);
        try
        {
            return HasCaughtUp && TryAdd(delivery) ? ValueTask.FromResult(true) : TakeLateAsync(delivery);
        }
        catch (Exception unforeseen)
        {
            failed(unforeseen);
            return ValueTask.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> PassAsync(ReadOnlyMemory<byte> properties, long bodySize)
    {
        var bytes = properties.Length + bodySize;
        return HasRoomAtTheClient(bytes) ? ValueTask.FromResult(Pass(properties, bytes)) : PassLateAsync(properties, bytes);
    }

    /// <summary>Takes in what came through the client, and waits for room as long as it takes: that wait is the backpressure.</summary>
    public async Task AddAsync(Delivery delivery)
    {
        // Nothing is announced on a connection that is encrypted; there the client has read the properties.
        _atTheClient.TryDequeue(out var passed);
        if (passed.Properties is { Length: > 0 } properties)
        {
            delivery = delivery with { Properties = new MessageProperties(properties) };
        }

        try
        {
            while (!TryAdd(delivery))
            {
                await handover.WaitForRoomAsync();
            }
        }
        catch (Exception unforeseen)
        {
            failed(unforeseen);
        }

        // Also after a failure: nothing that follows is taken in, so nothing need wait. It must be seen before the signal is looked at:
        // one that is still set from before may be used up by a waiter that then reads the old number and goes to sleep.
        Interlocked.Add(ref _bytesAtTheClient, -passed.Bytes);
        Interlocked.Increment(ref _arrived);
        _caughtUp.Set();
    }

    private async ValueTask<bool> TakeLateAsync(Delivery delivery)
    {
        if (IsStuck)
        {
            return false;
        }

        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            while (true)
            {
                if (!HasCaughtUp)
                {
                    await _caughtUp.WaitAsync(patience.Token);
                }
                else if (TryAdd(delivery))
                {
                    return true;
                }
                else
                {
                    await handover.WaitForRoomAsync(patience.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            _arrivedWhenStuck = Volatile.Read(ref _arrived);
            return false;
        }
        catch (Exception unforeseen)
        {
            failed(unforeseen);
            return true;
        }
    }

    // After the close what arrives is let go at once.
    private bool HasRoomAtTheClient(long bytes) =>
        Volatile.Read(ref _bytesAtTheClient) is var held && (held == 0 || held + bytes <= MostAtTheClient || handover.IsClosed);

    private async ValueTask<bool> PassLateAsync(ReadOnlyMemory<byte> properties, long bytes)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            while (!HasRoomAtTheClient(bytes))
            {
                await _caughtUp.WaitAsync(patience.Token);
            }

            return Pass(properties, bytes);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private bool Pass(ReadOnlyMemory<byte> properties, long bytes)
    {
        Interlocked.Add(ref _bytesAtTheClient, bytes);
        _atTheClient.Enqueue(new Passed(properties.ToArray(), bytes));
        _passed++;
        return true;
    }

    private bool TryAdd(in Delivery delivery)
    {
        if (!handover.TryAdd(delivery))
        {
            return false;
        }

        Volatile.Write(ref _lastTag, delivery.Tag);
        return true;
    }

    private readonly record struct Passed(byte[]? Properties, long Bytes);
}
