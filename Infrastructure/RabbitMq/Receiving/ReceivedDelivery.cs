namespace Infrastructure.RabbitMq.Receiving;

/// <summary>A delivery as the connection received it.</summary>
/// <param name="Tag">The delivery tag.</param>
/// <param name="Redelivered">It was delivered before.</param>
/// <param name="Exchange">Where it was published.</param>
/// <param name="Properties">Its properties as AMQP encodes them, flags first.</param>
/// <param name="Body">The message.</param>
/// <param name="IsLent">
/// Properties and body lie in the receive buffer and are valid until the receiver has answered. Otherwise the delivery came in several
/// pieces, was put together, and belongs to the receiver.
/// </param>
public readonly record struct ReceivedDelivery(
    ulong Tag, bool Redelivered, string Exchange, ReadOnlyMemory<byte> Properties, ReadOnlyMemory<byte> Body, bool IsLent);
