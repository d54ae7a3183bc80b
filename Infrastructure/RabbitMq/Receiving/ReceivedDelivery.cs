namespace Infrastructure.RabbitMq.Receiving;

/// <summary>A delivery as it lies in the receive buffer; valid until the receiver has answered.</summary>
/// <param name="Tag">The delivery tag.</param>
/// <param name="Redelivered">It was handed to somebody before.</param>
/// <param name="Exchange">Where it was published.</param>
/// <param name="Properties">Its properties as AMQP encodes them, flags first.</param>
/// <param name="Body">The message.</param>
public readonly record struct ReceivedDelivery(
    ulong Tag, bool Redelivered, string Exchange, ReadOnlyMemory<byte> Properties, ReadOnlyMemory<byte> Body);
