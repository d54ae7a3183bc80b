namespace Worker.Intake;

/// <summary>One message as the broker handed it over. Body and properties are only valid until it was taken in.</summary>
internal readonly record struct Delivery(
    ulong Tag,
    bool Redelivered,
    string Exchange,
    MessageProperties Properties,
    ReadOnlyMemory<byte> Body);
