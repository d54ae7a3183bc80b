namespace Infrastructure.RabbitMq.Receiving;

/// <summary>
/// Content headers that the client survives. Strangers write the properties of a message, and a broker lets some through over which the
/// client's reader closes the connection (a decimal of 255 digits) or ends the process (thousands of tables in one another).
/// </summary>
internal static class HarmlessHeader
{
    // Flags of which none is set.
    private static readonly byte[] NoProperties = [0, 0];

    /// <summary>A header with only those of the message's headers that the client can read.</summary>
    /// <param name="frame">As the broker sent it.</param>
    /// <returns><see langword="null"/> when the client can read them all.</returns>
    public static byte[]? InsteadOf(ReadOnlySpan<byte> frame)
    {
        if (!DeliveryFrames.TryReadHeader(frame, out var bodySize, out var properties))
        {
            return null;
        }

        var isKnown = EncodedProperties.TryRead(properties, out var encoded);
        return isKnown && encoded.HasReadableHeaders
            ? null
            : DeliveryFrames.WriteHeader(
                DeliveryFrames.ChannelOf(frame), bodySize, isKnown ? encoded.WithReadableHeaders(properties) : NoProperties);
    }

    /// <summary>A method frame and the header of a message without properties and without a body.</summary>
    public static byte[] EmptyMessage(ReadOnlySpan<byte> method) =>
        [.. method, .. DeliveryFrames.WriteHeader(DeliveryFrames.ChannelOf(method), bodySize: 0, NoProperties)];
}
