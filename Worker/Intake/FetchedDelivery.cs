using Infrastructure.RabbitMq.Receiving;

namespace Worker.Intake;

/// <summary>Keeps what is fetched. The client, which asked for it, is told that a message without properties and body has come.</summary>
internal sealed class FetchedDelivery : IDeliveryReceiver
{
    private Delivery? _last;

    /// <summary>The delivery that the client has just been told of.</summary>
    /// <exception cref="InvalidOperationException">It came another way.</exception>
    public Delivery Take()
    {
        var taken = _last ?? throw new InvalidOperationException(
            "A fetched message came through the client, past the receiver of the channel's deliveries.");
        _last = null;
        return taken;
    }

    // The client hears of it only after this, so that Take is called later.
    public ValueTask<bool> TakeAsync(ReceivedDelivery received)
    {
        var delivery = new Delivery(
            received.Tag, received.Redelivered, received.Exchange, new MessageProperties(received.Properties), received.Body);
        _last = received.IsLent ? delivery.Copy() : delivery with { Path = DeliveryPath.Assembled };
        return ValueTask.FromResult(true);
    }
}
