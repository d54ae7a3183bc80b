using System.Buffers.Binary;
using System.Text;

namespace UnitTests.Support;

/// <summary>Frames as a broker writes them: AMQP 0-9-1, 2.3.5 and 4.2.</summary>
internal static class AmqpBytes
{
    public const byte MethodFrame = 1;
    public const byte HeaderFrame = 2;
    public const byte BodyFrame = 3;
    public const byte HeartbeatFrame = 8;

    /// <summary>Bytes of a frame besides its payload.</summary>
    public const int Overhead = 8;

    /// <summary>What a broker answers with when it does not speak the client's version.</summary>
    public static byte[] ProtocolHeader => [(byte)'A', (byte)'M', (byte)'Q', (byte)'P', 0, 0, 9, 1];

    public static byte[] Heartbeat => Frame(HeartbeatFrame, 0, []);

    public static byte[] Frame(byte type, ushort channel, ReadOnlySpan<byte> payload) =>
        [type, .. Short(channel), .. Long((uint)payload.Length), .. payload, 0xCE];

    public static byte[] Method(ushort channel, ushort classId, ushort methodId, params ReadOnlySpan<byte> arguments) =>
        Frame(MethodFrame, channel, [.. Short(classId), .. Short(methodId), .. arguments]);

    public static byte[] BasicDeliver(ushort channel, string consumerTag, ulong tag, bool redelivered, string exchange, string routingKey) =>
        Method(
            channel, 60, 60,
            [.. ShortText(consumerTag), .. LongLong(tag), (byte)(redelivered ? 1 : 0), .. ShortText(exchange), .. ShortText(routingKey)]);

    public static byte[] Header(ushort channel, ulong bodySize, ReadOnlySpan<byte> properties) =>
        Frame(HeaderFrame, channel, [.. Short(60), .. Short(0), .. LongLong(bodySize), .. properties]);

    /// <summary>A body in frames of that many payload bytes; none for an empty one.</summary>
    public static byte[] Body(ushort channel, byte[] body, int perFrame = int.MaxValue) =>
        Joined(body.Chunk(perFrame).Select(piece => Frame(BodyFrame, channel, piece)));

    /// <summary>The frames one behind the other.</summary>
    public static byte[] Joined(params IEnumerable<byte[]> frames)
    {
        var bytes = new MemoryStream();
        foreach (var frame in frames)
        {
            bytes.Write(frame);
        }

        return bytes.ToArray();
    }

    /// <summary>Takes bytes apart into frames; what is left over is the last.</summary>
    public static List<byte[]> Split(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<byte[]>();
        while (!bytes.IsEmpty)
        {
            var length = bytes.Length < Overhead ? bytes.Length : BinaryPrimitives.ReadUInt32BigEndian(bytes[3..]) + (long)Overhead;
            var frame = bytes[..(int)Math.Min(length, bytes.Length)];
            frames.Add(frame.ToArray());
            bytes = bytes[frame.Length..];
        }

        return frames;
    }

    public static byte[] ShortText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [checked((byte)bytes.Length), .. bytes];
    }

    public static byte[] Short(ushort value) => [(byte)(value >> 8), (byte)value];

    public static byte[] Long(uint value) => [.. Short((ushort)(value >> 16)), .. Short((ushort)value)];

    public static byte[] LongLong(ulong value) => [.. Long((uint)(value >> 32)), .. Long((uint)value)];
}
