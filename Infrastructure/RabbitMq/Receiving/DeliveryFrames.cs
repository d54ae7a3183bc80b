using System.Buffers.Binary;

namespace Infrastructure.RabbitMq.Receiving;

/// <summary>What stands at the head of bytes that came from a broker.</summary>
internal enum FrameKind
{
    /// <summary>More bytes are needed to tell.</summary>
    Incomplete,

    /// <summary>A whole delivery: its method, header and body frames.</summary>
    Delivery,

    /// <summary>A delivery whose body does not lie in one piece, or is too long to wait for.</summary>
    LargeDelivery,

    /// <summary>Any other frame.</summary>
    Other,

    /// <summary>No AMQP 0-9-1 frame.</summary>
    NotAFrame,
}

/// <summary>A delivery's parts, as places in the bytes that were examined.</summary>
/// <param name="Tag">The delivery tag.</param>
/// <param name="Redelivered">It was handed to somebody before.</param>
/// <param name="Exchange">Its name.</param>
/// <param name="Properties">Flags first; empty when the header is not where it should be.</param>
/// <param name="BodySize">What the header says.</param>
/// <param name="Body">Empty for a <see cref="FrameKind.LargeDelivery"/>.</param>
internal readonly record struct DeliveryParts(ulong Tag, bool Redelivered, Range Exchange, Range Properties, ulong BodySize, Range Body);

/// <summary>
/// Recognises deliveries among the frames of AMQP 0-9-1. Decides nothing.
/// </summary>
/// <remarks>https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf, 2.3.5 and 4.2; all numbers are big-endian.</remarks>
internal static class DeliveryFrames
{
    // Type, channel and size before the payload, the end mark behind it.
    private const int HeaderSize = 7;
    private const int Overhead = HeaderSize + 1;
    private const byte EndMark = 0xCE;

    private const byte Method = 1;
    private const byte ContentHeader = 2;
    private const byte Body = 3;
    private const byte Heartbeat = 8;

    private const uint BasicDeliver = (60 << 16) | 60;
    private const uint BasicGetOk = (60 << 16) | 71;

    // Class and method before the rest of a basic.get-ok, and the length of the consumer tag too before that of a basic.deliver.
    private const int FetchedOffset = HeaderSize + 4;
    private const int MethodOffset = FetchedOffset + 1;

    // Class, weight and body size before the properties.
    private const int PropertiesOffset = 12;

    // The least that properties are: flags of which none is set.
    private const int NoProperties = 2;

    /// <summary>Says what is at the head of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">From the beginning of a frame on.</param>
    /// <param name="channel">Whose deliveries are wanted.</param>
    /// <param name="capacity">Bytes that can be held at once; what is longer is never waited for.</param>
    /// <param name="parts">Set for a <see cref="FrameKind.Delivery"/> and a <see cref="FrameKind.LargeDelivery"/>.</param>
    /// <param name="length">Bytes of the whole delivery, of all of a large one that comes before its body, or of the one frame.</param>
    public static FrameKind Examine(ReadOnlySpan<byte> bytes, ushort channel, int capacity, out DeliveryParts parts, out long length)
    {
        parts = default;
        length = 0;
        if (bytes.Length < HeaderSize)
        {
            return FrameKind.Incomplete;
        }

        if (bytes[0] is not (Method or ContentHeader or Body or Heartbeat))
        {
            return FrameKind.NotAFrame;
        }

        length = FrameLength(bytes);
        if (!Is(bytes, Method, channel))
        {
            return FrameKind.Other;
        }

        if (bytes.Length < length)
        {
            return length <= capacity ? FrameKind.Incomplete : FrameKind.Other;
        }

        var method = bytes[..(int)length];
        return method.Length > MethodOffset && BinaryPrimitives.ReadUInt32BigEndian(method[HeaderSize..]) is BasicDeliver or BasicGetOk
            ? ExamineDelivery(bytes, method.Length, channel, capacity, out parts, out length)
            : FrameKind.Other;
    }

    private static FrameKind ExamineDelivery(
        ReadOnlySpan<byte> bytes, int header, ushort channel, int capacity, out DeliveryParts parts, out long length)
    {
        parts = default;
        length = header;
        var properties = header + HeaderSize + PropertiesOffset;
        if (bytes.Length < properties)
        {
            return properties <= capacity ? FrameKind.Incomplete : FrameKind.LargeDelivery;
        }

        // Nothing forbids a broker to send another channel's frames in between, or the body in several pieces.
        var body = header + FrameLength(bytes[header..]);
        if (!Is(bytes[header..], ContentHeader, channel) || body > capacity)
        {
            return FrameKind.LargeDelivery;
        }

        if (bytes.Length < body)
        {
            return FrameKind.Incomplete;
        }

        if (bytes[header - 1] != EndMark || bytes[(int)body - 1] != EndMark || body - 1 < properties + NoProperties
            || !TryReadMethod(bytes[..(header - 1)], out parts))
        {
            return FrameKind.NotAFrame;
        }

        var bodySize = BinaryPrimitives.ReadUInt64BigEndian(bytes[(header + HeaderSize + 4)..]);
        parts = parts with { Properties = properties..((int)body - 1), BodySize = bodySize };
        length = body;
        if (body + Overhead > capacity || bodySize > (ulong)(capacity - body - Overhead))
        {
            return FrameKind.LargeDelivery;
        }

        var end = bodySize == 0 ? body : body + Overhead + (long)bodySize;
        if (bytes.Length < Math.Min(end, body + HeaderSize))
        {
            return FrameKind.Incomplete;
        }

        if (bodySize > 0 && (!Is(bytes[(int)body..], Body, channel) || body + FrameLength(bytes[(int)body..]) != end))
        {
            return FrameKind.LargeDelivery;
        }

        if (bytes.Length < end)
        {
            return FrameKind.Incomplete;
        }

        length = end;
        parts = parts with { Body = bodySize == 0 ? default : ((int)body + HeaderSize)..((int)end - 1) };
        return bytes[(int)end - 1] == EndMark ? FrameKind.Delivery : FrameKind.NotAFrame;
    }

    /// <summary>Leaves a delivery without properties: what stands before them moves up to what stands behind.</summary>
    /// <param name="bytes">From the beginning of the delivery on.</param>
    /// <param name="properties">Where they are.</param>
    /// <returns>By how many bytes the delivery begins later now.</returns>
    public static int TakeOutProperties(Span<byte> bytes, Range properties)
    {
        var (start, length) = properties.GetOffsetAndLength(bytes.Length);
        var gone = length - NoProperties;
        bytes[..start].CopyTo(bytes[gone..]);
        var header = gone + start - PropertiesOffset - HeaderSize;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[(header + 3)..], PropertiesOffset + NoProperties);
        bytes.Slice(gone + start, NoProperties).Clear();
        return gone;
    }

    // Class and method, consumer tag (of what was consumed and not fetched), delivery tag, redelivered, exchange, routing key.
    private static bool TryReadMethod(ReadOnlySpan<byte> bytes, out DeliveryParts parts)
    {
        parts = default;
        var isFetched = BinaryPrimitives.ReadUInt32BigEndian(bytes[HeaderSize..]) == BasicGetOk;
        var tag = isFetched ? FetchedOffset : MethodOffset + bytes[MethodOffset - 1];
        var redelivered = tag + sizeof(ulong);
        var exchange = redelivered + 2;
        if (exchange > bytes.Length || exchange + bytes[exchange - 1] > bytes.Length)
        {
            return false;
        }

        parts = new DeliveryParts(
            BinaryPrimitives.ReadUInt64BigEndian(bytes[tag..]),
            (bytes[redelivered] & 1) != 0,
            exchange..(exchange + bytes[exchange - 1]),
            default,
            BodySize: 0,
            default);
        return true;
    }

    private static bool Is(ReadOnlySpan<byte> frame, byte type, ushort channel) =>
        frame[0] == type && BinaryPrimitives.ReadUInt16BigEndian(frame[1..]) == channel;

    private static long FrameLength(ReadOnlySpan<byte> frame) => (long)BinaryPrimitives.ReadUInt32BigEndian(frame[3..]) + Overhead;
}
