using System.Buffers;
using System.Buffers.Binary;

namespace Infrastructure.RabbitMq.Receiving;

/// <summary>
/// What can be read off a message's encoded properties without making objects of them, and whether the client's own reader may be
/// trusted with the rest.
/// </summary>
/// <remarks>
/// AMQP 0-9-1, 4.2.6.1 for the flags, and https://www.rabbitmq.com/docs/amqp-0-9-1-errata for the types of a table's values.
/// </remarks>
public readonly ref struct EncodedProperties
{
    /// <summary>Tables and lists in one another that are read, the headers' own table included. A great many would end the process of whoever reads them.</summary>
    public const int MaxDepth = 8;

    // What .NET's decimal knows.
    private const int MaxScale = 28;

    private const int HasContentType = 1 << 15;
    private const int HasContentEncoding = 1 << 14;
    private const int HasHeaders = 1 << 13;
    private const int MoreFlagsFollow = 1;

    private readonly int _behindHeaders;

    private EncodedProperties(ReadOnlySpan<byte> contentType, bool hasContentEncoding, ReadOnlySpan<byte> headers, int behindHeaders)
    {
        ContentType = contentType;
        IsEncoded = hasContentEncoding;
        Headers = headers;
        _behindHeaders = behindHeaders;
    }

    /// <summary>The content type, empty when there is none.</summary>
    public ReadOnlySpan<byte> ContentType { get; }

    /// <summary>A content encoding is named.</summary>
    public bool IsEncoded { get; }

    /// <summary>The headers' entries, one behind the other; empty when there are none.</summary>
    public ReadOnlySpan<byte> Headers { get; }

    /// <summary>The client can read the headers. A broker lets through some that it cannot.</summary>
    public bool HasReadableHeaders => IsReadable(Headers, isTable: true, depth: 1);

    /// <summary>Reads the beginning of the properties.</summary>
    /// <returns><see langword="false"/> when they are not what this knows.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out EncodedProperties properties)
    {
        properties = default;
        if (!TryTake(ref bytes, sizeof(ushort), out var word))
        {
            return false;
        }

        var flags = BinaryPrimitives.ReadUInt16BigEndian(word);
        ReadOnlySpan<byte> contentType = default;
        ReadOnlySpan<byte> headers = default;
        if ((flags & MoreFlagsFollow) != 0
            || ((flags & HasContentType) != 0 && !TryTakeShort(ref bytes, out contentType))
            || ((flags & HasContentEncoding) != 0 && !TryTakeShort(ref bytes, out _))
            || ((flags & HasHeaders) != 0 && !TryTakeLong(ref bytes, out headers)))
        {
            return false;
        }

        properties = new EncodedProperties(contentType, (flags & HasContentEncoding) != 0, headers, behindHeaders: bytes.Length);
        return true;
    }

    /// <summary>
    /// The same properties, as AMQP encodes them, with only those headers that the client can read. To be asked of properties that have
    /// some.
    /// </summary>
    /// <param name="bytes">What these were read from.</param>
    public byte[] WithReadableHeaders(ReadOnlySpan<byte> bytes)
    {
        var kept = new ArrayBufferWriter<byte>();
        var rest = Headers;
        var entry = rest;
        while (TryTakeShort(ref rest, out _) && TryTake(ref rest, 1, out var type) && TryTakeValue(ref rest, type[0], out var value))
        {
            if (IsReadable(type[0], value, depth: 1))
            {
                kept.Write(entry[..^rest.Length]);
            }

            entry = rest;
        }

        var headersStart = bytes.Length - _behindHeaders - Headers.Length;
        byte[] same = [.. bytes[..headersStart], .. kept.WrittenSpan, .. bytes[^_behindHeaders..]];
        BinaryPrimitives.WriteInt32BigEndian(same.AsSpan(headersStart - sizeof(uint)), kept.WrittenCount);
        return same;
    }

    /// <summary>Looks for a header that holds a whole number.</summary>
    /// <returns><see langword="false"/> when something stands before it that this does not know; then it may be there or not.</returns>
    public bool TryFindInteger(ReadOnlySpan<byte> name, out long? value)
    {
        var isKnown = TryFind(name, out var type, out var found);
        value = type switch
        {
            (byte)'l' => BinaryPrimitives.ReadInt64BigEndian(found),
            (byte)'I' => BinaryPrimitives.ReadInt32BigEndian(found),
            _ => null,
        };
        return isKnown;
    }

    /// <summary>A header's text; empty when it is not there, is no text, or stands behind something that this does not know.</summary>
    public ReadOnlySpan<byte> TextOf(scoped ReadOnlySpan<byte> name) =>
        TryFind(name, out var type, out var found) && type == (byte)'S' ? found : default;

    private bool TryFind(scoped ReadOnlySpan<byte> name, out byte type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        var rest = Headers;
        while (!rest.IsEmpty)
        {
            if (!TryTakeShort(ref rest, out var key) || !TryTake(ref rest, 1, out var kind) || !TryTakeValue(ref rest, kind[0], out var found))
            {
                return false;
            }

            if (key.SequenceEqual(name))
            {
                type = kind[0];
                value = found;
                return true;
            }
        }

        return true;
    }

    private static bool IsReadable(ReadOnlySpan<byte> entries, bool isTable, int depth)
    {
        while (!entries.IsEmpty)
        {
            if ((isTable && !TryTakeShort(ref entries, out _))
                || !TryTake(ref entries, 1, out var type)
                || !TryTakeValue(ref entries, type[0], out var value))
            {
                return false;
            }

            if (!IsReadable(type[0], value, depth))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsReadable(byte type, ReadOnlySpan<byte> value, int depth) => type switch
    {
        (byte)'F' or (byte)'A' => depth < MaxDepth && IsReadable(value, isTable: type == 'F', depth + 1),
        (byte)'D' => value[0] <= MaxScale,
        _ => true,
    };

    private static bool TryTakeValue(scoped ref ReadOnlySpan<byte> bytes, byte type, out ReadOnlySpan<byte> value)
    {
        value = default;
        return type switch
        {
            (byte)'V' => true,
            (byte)'t' or (byte)'b' or (byte)'B' => TryTake(ref bytes, 1, out value),
            (byte)'s' or (byte)'u' => TryTake(ref bytes, sizeof(short), out value),
            (byte)'I' or (byte)'i' or (byte)'f' => TryTake(ref bytes, sizeof(int), out value),
            (byte)'D' => TryTake(ref bytes, 1 + sizeof(int), out value),
            (byte)'l' or (byte)'d' or (byte)'T' => TryTake(ref bytes, sizeof(long), out value),
            (byte)'S' or (byte)'x' or (byte)'F' or (byte)'A' => TryTakeLong(ref bytes, out value),
            _ => false,
        };
    }

    private static bool TryTakeShort(scoped ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryTake(ref bytes, 1, out var length) && TryTake(ref bytes, length[0], out value);
    }

    private static bool TryTakeLong(scoped ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryTake(ref bytes, sizeof(int), out var length)
            && BinaryPrimitives.ReadInt32BigEndian(length) is var count and >= 0
            && TryTake(ref bytes, count, out value);
    }

    private static bool TryTake(scoped ref ReadOnlySpan<byte> bytes, int count, out ReadOnlySpan<byte> taken)
    {
        if (count > bytes.Length)
        {
            taken = default;
            return false;
        }

        taken = bytes[..count];
        bytes = bytes[count..];
        return true;
    }
}
