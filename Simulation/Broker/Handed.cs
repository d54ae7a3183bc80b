using RabbitMQ.Client;

namespace Simulation.Broker;

/// <summary>A message that was handed out under a tag.</summary>
/// <param name="Tag">The delivery tag.</param>
/// <param name="Message">The message.</param>
/// <param name="DeliveryCount">How often it had come back in vain by then.</param>
/// <param name="Acquisitions">How often it had been handed out by then; <see langword="null"/> where nobody counts that.</param>
/// <param name="At">When.</param>
/// <param name="Consumption">Which of the consumers that the channel has had it was given to.</param>
internal readonly record struct Handed(ulong Tag, Message Message, int DeliveryCount, int? Acquisitions, TimeSpan At, int Consumption)
{
    public bool Redelivered => DeliveryCount > 0 || Acquisitions > 0;

    /// <summary>Its properties as they stand on the wire, a new copy each time.</summary>
    public byte[] EncodedProperties
    {
        get
        {
            var writable = (IAmqpWriteable)Message.PropertiesWith(DeliveryCount, Acquisitions);
            var encoded = new byte[writable.GetRequiredBufferSize()];
            writable.WriteTo(encoded);
            return encoded;
        }
    }
}
