namespace Infrastructure.RabbitMq.Receiving;

/// <summary>Takes deliveries in where they arrive, before the client has made objects of them.</summary>
public interface IDeliveryReceiver
{
    /// <summary>
    /// Offers a delivery. Until the answer nothing more is read from the connection, heartbeats and the broker's errors included, so it
    /// must not be long in coming.
    /// </summary>
    /// <returns><see langword="false"/> to have the client deliver it to the consumer instead: <see cref="PassAsync"/> is next.</returns>
    ValueTask<bool> TakeAsync(ReceivedDelivery delivery);

    /// <summary>
    /// Announces a delivery that goes to the consumer through the client, because it was not taken or could not be offered. Nothing is read
    /// until the answer.
    /// </summary>
    /// <param name="properties">
    /// Its properties as AMQP encodes them, valid until the answer; the client does not see them. Empty when they were not found, and then
    /// the client reads them.
    /// </param>
    /// <param name="bodySize">Bytes of the body, as far as they are known.</param>
    /// <returns><see langword="false"/> when the client holds as much as it may, and the delivery is to be offered again.</returns>
    ValueTask<bool> PassAsync(ReadOnlyMemory<byte> properties, long bodySize);
}
