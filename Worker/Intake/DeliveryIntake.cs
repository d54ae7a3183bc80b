using Infrastructure.RabbitMq.Receiving;

namespace Worker.Intake;

/// <summary>
/// Brings deliveries into the batches in the order in which the broker sent them. Without room in a batch the connection is not read for a
/// moment, which is the backpressure; if the write takes longer than that, deliveries are copied and the connection is read on.
/// </summary>
internal sealed class DeliveryIntake(BatchHandover handover, TimeProvider time, Action<Exception> failed) : IDeliveryReceiver
{
    /// <summary>
    /// How long the connection is not read. Longer than the write of a full batch takes, and far from any heartbeat's timeout.
    /// </summary>
    private static readonly TimeSpan ReadStallLimit = TimeSpan.FromSeconds(1);

    // Batches taken for writing when the limit was last reached. While no other was taken, waiting again is of no use.
    private long _takenAtStall = -1;
    private ulong _lastTag;

    /// <summary>The last tag that was taken in, into a batch or the overflow, or let go after the close.</summary>
    public ulong LastTag => Volatile.Read(ref _lastTag);

    /// <inheritdoc/>
    public ValueTask<bool> TakeAsync(ReceivedDelivery received)
    {
        var delivery = new Delivery(
            received.Tag, received.Redelivered, received.Exchange, new MessageProperties(received.Properties), received.Body,
            received.IsLent ? DeliveryPath.Direct : DeliveryPath.Assembled);
        try
        {
            return TryAdd(delivery, mayOverflow: _takenAtStall == handover.Taken) ? ValueTask.FromResult(true) : TakeLateAsync(delivery);
        }
        catch (Exception unforeseen)
        {
            failed(unforeseen);
            return ValueTask.FromResult(true);
        }
    }

    private async ValueTask<bool> TakeLateAsync(Delivery delivery)
    {
        try
        {
            if (await IsAddedWithinLimitAsync(delivery))
            {
                return true;
            }

            _takenAtStall = handover.Taken;
            return TryAdd(delivery, mayOverflow: true);
        }
        catch (Exception unforeseen)
        {
            failed(unforeseen);
            return true;
        }
    }

    private async Task<bool> IsAddedWithinLimitAsync(Delivery delivery)
    {
        using var limit = new CancellationTokenSource(ReadStallLimit, time);
        try
        {
            while (!TryAdd(delivery, mayOverflow: false))
            {
                await handover.WaitForRoomAsync(limit.Token);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private bool TryAdd(in Delivery delivery, bool mayOverflow)
    {
        if (!handover.TryAdd(delivery, mayOverflow))
        {
            return false;
        }

        Volatile.Write(ref _lastTag, delivery.Tag);
        return true;
    }
}
