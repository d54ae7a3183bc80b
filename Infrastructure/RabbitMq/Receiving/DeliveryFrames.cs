using System.Buffers.Binary;

namespace Infrastructure.RabbitMq.Receiving;

/// <summary>What stands at the head of bytes that came from a broker.</summary>
internal enum FrameKind
{
    /// <summary>More bytes are needed to tell.</summary>
    Incomplete,

    /// <summary>A whole delivery in one piece: its method, header and body frames.</summary>
    Delivery,

    /// <summary>The method frame of a delivery whose other frames do not follow in one piece, or are longer than the buffer.</summary>
    SplitDelivery,

    /// <summary>The frame with a message's properties, of any channel.</summary>
    ContentHeader,

    /// <summary>Any other frame.</summary>
    Other,

    /// <summary>A frame that no buffer of ours holds.</summary>
    TooLong,

    /// <summary>No AMQP 0-9-1 frame.</summary>
    NotAFrame,
}

/// <summary>A delivery's parts, as places in the bytes that were examined.</summary>
/// <param name="Tag">The delivery tag.</param>
/// <param name="Redelivered">It was delivered before.</param>
/// <param name="IsFetched">It answers a basic.get, so the client waits for it.</param>
/// <param name="Exchange">Its name.</param>
/// <param name="Properties">Flags first; empty for a <see cref="FrameKind.SplitDelivery"/>.</param>
/// <param name="Body">Empty for a <see cref="FrameKind.SplitDelivery"/>.</param>
internal readonly record struct DeliveryParts(ulong Tag, bool Redelivered, bool IsFetched, Range Exchange, Range Properties, Range Body);

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

    private const ushort Basic = 60;
    private const uint BasicDeliver = (Basic << 16) | 60;
    private const uint BasicGetOk = (Basic << 16) | 71;

    // Class and method before the rest of a basic.get-ok, and the length of the consumer tag too before that of a basic.deliver.
    private const int FetchedOffset = HeaderSize + 4;
    private const int MethodOffset = FetchedOffset + 1;

    // Class, weight and body size before the properties.
    private const int BodySizeOffset = HeaderSize + 4;
    private const int PropertiesOffset = BodySizeOffset + sizeof(ulong);

    // Properties without a member are flags of which none is set.
    private const int NoProperties = 2;

    /// <summary>Says what is at the head of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">From the beginning of a frame on.</param>
    /// <param name="channel">Whose deliveries are wanted.</param>
    /// <param name="capacity">Bytes that can be held at once; what is longer is never waited for.</param>
    /// <param name="parts">Set for a <see cref="FrameKind.Delivery"/> and a <see cref="FrameKind.SplitDelivery"/>.</param>
    /// <param name="length">Bytes of the whole delivery, otherwise of the one frame.</param>
    public static FrameKind Examine(ReadOnlySpan<byte> bytes, ushort channel, int capacity, out DeliveryParts parts, out int length)
    {
        parts = default;
        length = 0;
        if (bytes.Length < HeaderSize)
        {
            return FrameKind.Incomplete;
        }

        var type = bytes[0];
        if (type is not (Method or ContentHeader or Body or Heartbeat))
        {
            return FrameKind.NotAFrame;
        }

        if (FrameLength(bytes) is var frame && frame > capacity)
        {
            return FrameKind.TooLong;
        }

        if (bytes.Length < frame)
        {
            return FrameKind.Incomplete;
        }

        length = (int)frame;
        if (bytes[length - 1] != EndMark)
        {
            return FrameKind.NotAFrame;
        }

        return type == ContentHeader ? FrameKind.ContentHeader
            : type == Method && IsDelivery(bytes[..length], channel) ? ExamineDelivery(bytes, channel, capacity, out parts, ref length)
            : FrameKind.Other;
    }

    /// <summary>Whether a frame holds a part of a body.</summary>
    public static bool IsBody(ReadOnlySpan<byte> frame) => frame[0] == Body;

    /// <summary>The first of several frames.</summary>
    public static ReadOnlySpan<byte> First(ReadOnlySpan<byte> frames) => frames[..(int)FrameLength(frames)];

    /// <summary>The number of a frame's channel.</summary>
    public static ushort ChannelOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt16BigEndian(frame[1..]);

    /// <summary>What a body frame holds.</summary>
    public static ReadOnlySpan<byte> PayloadOf(ReadOnlySpan<byte> frame) => frame[HeaderSize..^1];

    /// <summary>What a content header says.</summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="bodySize">Bytes of the body that follows.</param>
    /// <param name="properties">Flags first.</param>
    /// <returns><see langword="false"/> when it is too short to be one.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> frame, out ulong bodySize, out ReadOnlySpan<byte> properties)
    {
        bodySize = 0;
        properties = default;
        if (frame.Length - 1 < PropertiesOffset + NoProperties)
        {
            return false;
        }

        bodySize = BinaryPrimitives.ReadUInt64BigEndian(frame[BodySizeOffset..]);
        properties = frame[PropertiesOffset..^1];
        return true;
    }

    /// <summary>A content header.</summary>
    /// <param name="channel">Its channel's number.</param>
    /// <param name="bodySize">Bytes of the body that follows.</param>
    /// <param name="properties">Flags first.</param>
    public static byte[] WriteHeader(ushort channel, ulong bodySize, ReadOnlySpan<byte> properties)
    {
        var frame = new byte[PropertiesOffset + properties.Length + 1];
        frame[0] = ContentHeader;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), channel);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(3), frame.Length - Overhead);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(HeaderSize), Basic);
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(BodySizeOffset), bodySize);
        properties.CopyTo(frame.AsSpan(PropertiesOffset));
        frame[^1] = EndMark;
        return frame;
    }

    private static bool IsDelivery(ReadOnlySpan<byte> method, ushort channel) =>
        channel != 0
        && ChannelOf(method) == channel
        && method.Length > MethodOffset
        && BinaryPrimitives.ReadUInt32BigEndian(method[HeaderSize..]) is BasicDeliver or BasicGetOk;

    private static FrameKind ExamineDelivery(
        ReadOnlySpan<byte> bytes, ushort channel, int capacity, out DeliveryParts parts, ref int length)
    {
        var method = length;
        if (!TryReadMethod(bytes[..(method - 1)], out parts))
        {
            return FrameKind.NotAFrame;
        }

        // Nothing forbids a broker to send another channel's frames in between, or the body in several pieces.
        var kind = Follows(bytes, method, ContentHeader, channel, capacity, out var header);
        if (kind != FrameKind.Delivery)
        {
            return kind;
        }

        if (!TryReadHeader(bytes[method..header], out var bodySize, out _))
        {
            return FrameKind.NotAFrame;
        }

        var properties = (method + PropertiesOffset)..(header - 1);
        if (bodySize == 0)
        {
            parts = parts with { Properties = properties };
            length = header;
            return FrameKind.Delivery;
        }

        if (bodySize > (ulong)Math.Max(0, capacity - header - Overhead))
        {
            return FrameKind.SplitDelivery;
        }

        kind = Follows(bytes, header, Body, channel, capacity, out var end);
        if (kind != FrameKind.Delivery)
        {
            return kind;
        }

        if (end - header - Overhead != (int)bodySize)
        {
            return FrameKind.SplitDelivery;
        }

        parts = parts with { Properties = properties, Body = (header + HeaderSize)..(end - 1) };
        length = end;
        return FrameKind.Delivery;
    }

    /// <returns>
    /// <see cref="FrameKind.Delivery"/> when the frame that belongs there is there, <see cref="FrameKind.Incomplete"/> when it may still
    /// come, and
    /// <see cref="FrameKind.SplitDelivery"/> when it will not, or not within the capacity.
    /// </returns>
    private static FrameKind Follows(ReadOnlySpan<byte> bytes, int start, byte type, ushort channel, int capacity, out int end)
    {
        end = 0;
        if (bytes.Length < start + HeaderSize)
        {
            return start + HeaderSize <= capacity ? FrameKind.Incomplete : FrameKind.SplitDelivery;
        }

        var length = FrameLength(bytes[start..]);
        if (bytes[start] != type || ChannelOf(bytes[start..]) != channel || length > capacity - start)
        {
            return FrameKind.SplitDelivery;
        }

        if (bytes.Length - start < length)
        {
            return FrameKind.Incomplete;
        }

        end = start + (int)length;
        return bytes[end - 1] == EndMark ? FrameKind.Delivery : FrameKind.NotAFrame;
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
            isFetched,
            exchange..(exchange + bytes[exchange - 1]),
            default,
            default);
        return true;
    }

    private static long FrameLength(ReadOnlySpan<byte> frame) => (long)BinaryPrimitives.ReadUInt32BigEndian(frame[3..]) + Overhead;
}
