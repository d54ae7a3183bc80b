using Infrastructure.RabbitMq.Receiving;

namespace Worker.Intake;

/// <summary>
/// Leaves what is fetched to the client, but for its properties: some that a broker lets through would end the process in the client's reader, and
/// the dead queue is where such a message would come back to at every start.
/// </summary>
internal sealed class FetchedProperties : IDeliveryReceiver
{
    private byte[]? _last;

    /// <summary>Those of the message that was fetched last, as AMQP encodes them; <see langword="null"/> before the first.</summary>
    public byte[]? Last => Volatile.Read(ref _last);

    public ValueTask<bool> TakeAsync(ReceivedDelivery delivery) => ValueTask.FromResult(false);

    public ValueTask<bool> PassAsync(ReadOnlyMemory<byte> properties, long bodySize)
    {
        Volatile.Write(ref _last, properties.IsEmpty ? null : properties.ToArray());
        return ValueTask.FromResult(true);
    }
}
