namespace Infrastructure.RabbitMq.Receiving;

/// <summary>Takes deliveries in where they arrive, before the client has made objects of them.</summary>
public interface IDeliveryReceiver
{
    /// <summary>
    /// Offers a delivery. Until the answer nothing more is read from the connection, heartbeats and the broker's errors included, so it
    /// must not be long in coming.
    /// </summary>
    /// <returns><see langword="false"/> to have the client deliver it to the consumer instead, and with it what must not overtake it.</returns>
    ValueTask<bool> TakeAsync(ReceivedDelivery delivery);

    /// <summary>A delivery that could not be offered goes to the consumer through the client.</summary>
    void Pass();
}
