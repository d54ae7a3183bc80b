using System.Text;

namespace Producer.Publish;

/// <summary>
/// Reads lines of bytes from a stream, one at a time. Takes files as they come: a byte order mark, CRLF, no end of line at the end.
/// A line over the limit is given in pieces, so that no line needs more memory than the limit and a bit.
/// </summary>
/// <param name="stream">What is read; left open.</param>
/// <param name="maxLineBytes">Longest line that is given whole, its end not counted.</param>
internal sealed class NdjsonReader(Stream stream, int maxLineBytes)
{
    private const int ReadSize = 64 * 1024;

    // CR and LF belong to the line's end, not to the line.
    private readonly int _mostBuffered = maxLineBytes + 2;
    private byte[] _buffer = new byte[2 * ReadSize];
    private int _start;
    private int _end;

    /// <summary>The line without its end; of a line that is too long its first piece. Valid until the next read.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>The line's number, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The line is over the limit.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>There is more of the line than <see cref="Line"/> holds.</summary>
    public bool HasRest { get; private set; }

    /// <summary>The line holds nothing but blanks.</summary>
    public bool IsBlank => !IsTooLong && !Line.Span.ContainsAnyExcept(" \t\r"u8);

    /// <summary>Bytes read so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Bytes there are; <see langword="null"/> when the stream does not know.</summary>
    public long? TotalBytes { get; } = stream.CanSeek ? stream.Length : null;

    /// <summary>Reads the next line.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="InvalidDataException">The stream is UTF-16.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken stop)
    {
        await CopyRestAsync(static _ => { }, stop);
        var searched = 0;
        while (true)
        {
            var buffered = _end - _start;
            var length = _buffer.AsSpan(_start + searched, buffered - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                Take(searched + length, hasEnd: true);
                return true;
            }

            if (buffered > _mostBuffered)
            {
                Take(buffered, hasEnd: false);
                HasRest = true;
                return true;
            }

            searched = buffered;
            if (!await FillAsync(stop))
            {
                if (buffered > 0)
                {
                    Take(buffered, hasEnd: false);
                }

                return buffered > 0;
            }
        }
    }

    /// <summary>
    /// Gives what is left of a line that is too long, piece by piece. The last piece ends with a line feed, even at the file's end.
    /// </summary>
    public async ValueTask CopyRestAsync(Action<ReadOnlySpan<byte>> take, CancellationToken stop)
    {
        while (HasRest)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n') + 1;
            var piece = length > 0 ? length : _end - _start;
            take(_buffer.AsSpan(_start, piece));
            _start += piece;
            HasRest = length == 0 && await FillAsync(stop);
            if (length == 0 && !HasRest)
            {
                take("\n"u8);
            }
        }
    }

    private void Take(int length, bool hasEnd)
    {
        var line = _buffer.AsMemory(_start, length);
        _start += length + (hasEnd ? 1 : 0);
        if (++Number == 1)
        {
            line = WithoutMark(line);
        }

        Line = line.Span is [.., (byte)'\r'] ? line[..^1] : line;
        IsTooLong = Line.Length > maxLineBytes;
    }

    private static Memory<byte> WithoutMark(Memory<byte> firstLine)
    {
        if (firstLine.Span.StartsWith(Encoding.Unicode.Preamble) || firstLine.Span.StartsWith(Encoding.BigEndianUnicode.Preamble))
        {
            throw new InvalidDataException("the file is UTF-16; UTF-8 is wanted (iconv -f UTF-16 -t UTF-8)");
        }

        return firstLine.Span.StartsWith(Encoding.UTF8.Preamble) ? firstLine[Encoding.UTF8.Preamble.Length..] : firstLine;
    }

    private async ValueTask<bool> FillAsync(CancellationToken stop)
    {
        MakeRoom();

        // stdin does not heed a token while nobody types; the wait is given up instead, and the read left to itself.
        var read = stream.ReadAsync(_buffer.AsMemory(_end, Math.Min(ReadSize, _buffer.Length - _end)), CancellationToken.None);
        var count = read.IsCompletedSuccessfully ? read.Result : await read.AsTask().WaitAsync(stop);
        _end += count;
        BytesRead += count;
        return count > 0;
    }

    private void MakeRoom()
    {
        if (_buffer.Length - _end >= ReadSize)
        {
            return;
        }

        var held = _buffer.AsSpan(_start, _end - _start);
        var target = held.Length + ReadSize > _buffer.Length ? new byte[Math.Max(_buffer.Length * 2, held.Length + ReadSize)] : _buffer;
        held.CopyTo(target);
        (_buffer, _start, _end) = (target, 0, held.Length);
    }
}
