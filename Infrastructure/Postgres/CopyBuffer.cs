using System.Buffers.Binary;
using System.Buffers.Text;

namespace Infrastructure.Postgres;

/// <summary>
/// A growing buffer of rows in PostgreSQL's binary COPY format, ready to be sent as it is. Not thread-safe: whoever appends
/// and whoever sends must agree on whose turn it is.
/// </summary>
/// <remarks>
/// Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format". Values as the types' <c>*_send</c> functions write them.
/// </remarks>
public sealed class CopyBuffer
{
    /// <summary>Bytes before the first row.</summary>
    public const int HeaderLength = 19;

    /// <summary>Microseconds from .NET's first day to PostgreSQL's, 2000-01-01.</summary>
    private const long EpochMicroseconds = 63_082_281_600_000_000;

    private const int NumericBase = 10_000;
    private const byte JsonbVersion = 1;
    private const short EndOfRows = -1;

    // The signature, then 4 bytes of flags and 4 of extension length, all zero.
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private static readonly int[] PowersOfTen = [1, 10, 100, 1_000, 10_000];

    private byte[] _bytes;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="initialCapacity">Bytes to begin with; it doubles as it fills.</param>
    public CopyBuffer(int initialCapacity)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(Math.Max(initialCapacity, Header.Length));
        Reset();
    }

    /// <summary>Bytes written so far, the header's among them.</summary>
    public int Length { get; private set; }

    /// <summary>What was written so far. Valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Forgets all rows and gives back memory that one unusually large batch made it take.</summary>
    /// <param name="keepCapacity">Bytes it may keep.</param>
    public void Reset(int keepCapacity = int.MaxValue)
    {
        if (_bytes.Length > keepCapacity)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(Math.Max(keepCapacity, Header.Length));
        }

        Header.CopyTo(_bytes, 0);
        Length = Header.Length;
    }

    /// <summary>Forgets everything from <paramref name="length"/> on: a row that turned out to be unfit.</summary>
    public void TruncateTo(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <summary>Begins a row.</summary>
    public void BeginRow(short fields) => WriteInt16(fields);

    /// <summary>Ends the stream of rows. Nothing may follow but <see cref="Reset"/> or <see cref="TruncateTo"/>.</summary>
    public void EndRows() => WriteInt16(EndOfRows);

    /// <summary>A <c>uuid</c>.</summary>
    public void WriteUuid(Guid value)
    {
        var span = Reserve(sizeof(int) + 16);
        BinaryPrimitives.WriteInt32BigEndian(span, 16);
        value.TryWriteBytes(span[sizeof(int)..], bigEndian: true, out _);
    }

    /// <summary>A <c>text</c> of UTF-8 bytes that are known to be valid and free of U+0000.</summary>
    public void WriteText(ReadOnlySpan<byte> utf8)
    {
        var span = Reserve(sizeof(int) + utf8.Length);
        BinaryPrimitives.WriteInt32BigEndian(span, utf8.Length);
        utf8.CopyTo(span[sizeof(int)..]);
    }

    /// <summary>A <c>timestamptz</c>; what is finer than a microsecond is cut off.</summary>
    public void WriteTimestamp(DateTimeOffset value)
    {
        var span = Reserve(sizeof(int) + sizeof(long));
        BinaryPrimitives.WriteInt32BigEndian(span, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(span[sizeof(int)..], (value.UtcTicks / TimeSpan.TicksPerMicrosecond) - EpochMicroseconds);
    }

    /// <summary>A <c>numeric</c> that is not negative.</summary>
    /// <param name="units">The value in units of its last decimal.</param>
    /// <param name="scale">Decimals, 0 to 4. The server shows them all, zeros too.</param>
    public void WriteNumeric(long units, int scale)
    {
        // Base-10000 digits, most significant first, without zeros at either end. A long has five before the point, at most.
        Span<short> digits = stackalloc short[6];
        var (whole, fraction) = Math.DivRem(units, PowersOfTen[scale]);
        var first = digits.Length - 1;
        digits[first] = (short)(fraction * PowersOfTen[4 - scale]);
        while (whole > 0)
        {
            (whole, var digit) = Math.DivRem(whole, NumericBase);
            digits[--first] = (short)digit;
        }

        var weight = digits.Length - 2 - first;
        digits = digits[first..];
        while (digits.Length > 0 && digits[0] == 0)
        {
            digits = digits[1..];
            weight--;
        }

        while (digits.Length > 0 && digits[^1] == 0)
        {
            digits = digits[..^1];
        }

        var span = Reserve(sizeof(int) + 8 + (2 * digits.Length));
        BinaryPrimitives.WriteInt32BigEndian(span, 8 + (2 * digits.Length));
        BinaryPrimitives.WriteInt16BigEndian(span[4..], (short)digits.Length);
        BinaryPrimitives.WriteInt16BigEndian(span[6..], (short)(digits.Length == 0 ? 0 : weight));
        BinaryPrimitives.WriteInt16BigEndian(span[8..], 0);
        BinaryPrimitives.WriteInt16BigEndian(span[10..], (short)scale);
        for (var i = 0; i < digits.Length; i++)
        {
            BinaryPrimitives.WriteInt16BigEndian(span[(12 + (2 * i))..], digits[i]);
        }
    }

    /// <summary>Begins a <c>jsonb</c> whose text follows through <see cref="Append(ReadOnlySpan{byte})"/> and its like.</summary>
    /// <returns>What <see cref="EndJsonb"/> wants.</returns>
    public int BeginJsonb()
    {
        var start = Length;
        Reserve(sizeof(int) + 1)[sizeof(int)] = JsonbVersion;
        return start;
    }

    /// <summary>Ends the <c>jsonb</c> that began at <paramref name="start"/>.</summary>
    public void EndJsonb(int start) =>
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(start), Length - start - sizeof(int));

    /// <summary>Appends bytes to the value that has begun.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>Appends one byte to the value that has begun.</summary>
    public void Append(byte value) => Reserve(1)[0] = value;

    /// <summary>Appends a whole number to the value that has begun, as text.</summary>
    public void AppendNumber(long value)
    {
        const int longest = 20;
        Utf8Formatter.TryFormat(value, Reserve(longest), out var written);
        Length -= longest - written;
    }

    private void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Reserve(sizeof(short)), value);

    private Span<byte> Reserve(int count)
    {
        var end = Length + count;
        if (end > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(end, _bytes.Length * 2));
        }

        var span = _bytes.AsSpan(Length, count);
        Length = end;
        return span;
    }
}
