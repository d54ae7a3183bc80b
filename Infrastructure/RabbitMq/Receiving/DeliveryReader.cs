namespace Infrastructure.RabbitMq.Receiving;

/// <summary>
/// Where the deliveries of one connection go: to a receiver of ours, straight from the receive buffer. The client sees everything else.
/// </summary>
public sealed class DeliveryReader(TimeProvider time)
{
    private Target? _target;

    internal TimeProvider Time => time;

    internal Target? Current => Volatile.Read(ref _target);

    /// <summary>
    /// From here on the receiver is offered the channel's deliveries. To be called before the channel consumes or fetches.
    /// </summary>
    public void Attach(int channelNumber, IDeliveryReceiver receiver) =>
        Volatile.Write(ref _target, new Target((ushort)channelNumber, receiver));

    internal sealed record Target(ushort Channel, IDeliveryReceiver Receiver);
}
