using Infrastructure.RabbitMq.Receiving;

namespace UnitTests.Support;

/// <summary>
/// A receiver that keeps what it was offered. It answers late every other time, and what it was lent must not have changed until then.
/// </summary>
/// <param name="takes">Whether it takes the delivery of a tag.</param>
/// <param name="hasRoom">Whether there is room for one that goes to the client; each time unless it is given.</param>
internal sealed class RecordingReceiver(Func<ulong, bool> takes, Func<bool>? hasRoom = null) : IDeliveryReceiver
{
    private int _offers;
    private int _inside;

    /// <summary>What was taken, in sequence.</summary>
    public List<SentDelivery> Taken { get; } = [];

    /// <summary>Properties and sizes of those that went to the client, refused or never offered.</summary>
    public List<(byte[] Properties, long BodySize)> Passed { get; } = [];

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
        return true;
    }

    public async ValueTask<bool> PassAsync(ReadOnlyMemory<byte> properties, long bodySize)
    {
        var kept = properties.ToArray();
        if (_offers++ % 2 == 1)
        {
            await Task.Yield();
        }

        if (!properties.Span.SequenceEqual(kept))
        {
            Misuse.Add("properties changed before the answer");
        }

        if (hasRoom?.Invoke() == false)
        {
            return false;
        }

        Passed.Add((kept, bodySize));
        return true;
    }
}
