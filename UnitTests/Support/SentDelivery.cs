namespace UnitTests.Support;

/// <summary>A delivery as a broker sends it.</summary>
internal sealed record SentDelivery(ushort Channel, ulong Tag)
{
    public string ConsumerTag { get; init; } = "w";

    public bool Redelivered { get; init; }

    public string Exchange { get; init; } = Some.Exchange;

    public string RoutingKey { get; init; } = "";

    public byte[] Properties { get; init; } = Encode.Properties(Some.Properties());

    public byte[] Body { get; init; } = Some.Body();

    /// <summary>How much of a body goes into one frame.</summary>
    public int PerFrame { get; init; } = int.MaxValue;

    public byte[] MethodFrame => AmqpBytes.BasicDeliver(Channel, ConsumerTag, Tag, Redelivered, Exchange, RoutingKey);

    public byte[] HeaderFrame => AmqpBytes.Header(Channel, (ulong)Body.Length, Properties);

    public byte[] BodyFrames => AmqpBytes.Body(Channel, Body, PerFrame);

    public byte[] ToBytes() => AmqpBytes.Joined(MethodFrame, HeaderFrame, BodyFrames);

    public override string ToString() =>
        $"delivery {Tag} on channel {Channel}, {Properties.Length} bytes of properties, {Body.Length} of body in frames of {PerFrame}";
}
