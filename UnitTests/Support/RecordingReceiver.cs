using Infrastructure.RabbitMq.Receiving;

namespace UnitTests.Support;

/// <summary>
/// A receiver that keeps what it was offered. It answers late every other time, and what it was lent must not have changed until then.
/// </summary>
/// <param name="takes">Whether it takes the delivery of a tag this time; otherwise it is offered again.</param>
internal sealed class RecordingReceiver(Func<ulong, bool> takes) : IDeliveryReceiver
{
    private int _offers;
    private int _inside;

    /// <summary>What was taken, in sequence.</summary>
    public List<SentDelivery> Taken { get; } = [];

    /// <summary>Tags of those that lay in the receive buffer in one piece.</summary>
    public List<ulong> Lent { get; } = [];

    public List<string> Misuse { get; } = [];

    public async ValueTask<bool> TakeAsync(ReceivedDelivery delivery)
    {
        if (Interlocked.Increment(ref _inside) != 1)
        {
            Misuse.Add($"{delivery.Tag} was offered before the answer to the one before");
        }

        var kept = new SentDelivery(0, delivery.Tag)
        {
            Redelivered = delivery.Redelivered,
            Exchange = delivery.Exchange,
            Properties = delivery.Properties.ToArray(),
            Body = delivery.Body.ToArray(),
        };
        if (_offers++ % 2 == 1)
        {
            await Task.Yield();
        }

        if (!delivery.Body.Span.SequenceEqual(kept.Body) || !delivery.Properties.Span.SequenceEqual(kept.Properties))
        {
            Misuse.Add($"{delivery.Tag} changed before the answer");
        }

        Interlocked.Decrement(ref _inside);
        if (!takes(delivery.Tag))
        {
            return false;
        }

        Taken.Add(kept);
        if (delivery.IsLent)
        {
            Lent.Add(delivery.Tag);
        }

        return true;
    }
}
