namespace Worker.Intake;

/// <summary>One message as the broker handed it over. Body and properties are only valid until it was taken in.</summary>
internal readonly record struct Delivery(
    ulong Tag,
    bool Redelivered,
    string Exchange,
    MessageProperties Properties,
    ReadOnlyMemory<byte> Body,
    DeliveryPath Path = DeliveryPath.Direct)
{
    /// <summary>Bytes that a copy of it takes.</summary>
    public long Size => Properties.Encoded.Length + (long)Body.Length;

    /// <summary>Vain deliveries that make a suspect. Any restart of a worker or a broker leaves one behind, so one says nothing.</summary>
    public const int VainDeliveriesOfASuspect = 2;

    /// <summary>
    /// It was delivered in vain so often that it may be what ended the processes that had it. Without the broker's mark the count is a publisher's
    /// invention, and nobody looks for it; nor can it have been delivered in vain more often than it was handed out.
    /// </summary>
    public bool IsSuspect => Redelivered
        && Properties.DeliveryCount >= VainDeliveriesOfASuspect
        && Properties.AcquiredCount is null or >= VainDeliveriesOfASuspect;

    /// <summary>The same over a copy of its bytes, which lives longer.</summary>
    public Delivery Copy()
    {
        var (properties, body) = (Properties.Encoded, Body);
        var copy = new byte[properties.Length + body.Length];
        properties.CopyTo(copy);
        body.CopyTo(copy.AsMemory(properties.Length));
        return this with
        {
            Properties = new MessageProperties(copy.AsMemory(0, properties.Length)),
            Body = copy.AsMemory(properties.Length),
        };
    }
}
