using RabbitMQ.Client;

namespace Worker.Intake;

/// <summary>One message as the broker handed it over. The body is only valid until the callback that brought it ends.</summary>
internal readonly record struct Delivery(
    ulong Tag,
    bool Redelivered,
    string Exchange,
    IReadOnlyBasicProperties Properties,
    ReadOnlyMemory<byte> Body);
