namespace Infrastructure.RabbitMq.Receiving;

/// <summary>Takes a channel's deliveries where they arrive. The client sees none of them.</summary>
public interface IDeliveryReceiver
{
    /// <summary>
    /// Offers a delivery. Nothing more is read from the connection until the answer, heartbeats and the broker's errors included, so the
    /// answer must come within about a second.
    /// </summary>
    /// <returns><see langword="false"/> without room for it: the connection gives the client a heartbeat and offers the delivery
    /// again.</returns>
    ValueTask<bool> TakeAsync(ReceivedDelivery delivery);
}
