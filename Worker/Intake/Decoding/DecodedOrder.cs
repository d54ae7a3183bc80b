namespace Worker.Intake.Decoding;

/// <summary>What the lane wants to know of an order besides its row.</summary>
internal struct DecodedOrder
{
    /// <summary>The order's id; empty when it could not be read.</summary>
    public Guid OrderId;

    /// <summary>The envelope's <c>sentTime</c> in Unix microseconds; 0 without one.</summary>
    public long SentAt;
}
