using System.Text;

namespace Producer.Publish;

/// <summary>
/// Keeps lines that did not get through in one file, as they were, and why in a second one beside it (<c>FILE.reasons</c>). The first
/// can be corrected and published again. Files of a run before are overwritten; when nothing is rejected there are none.
/// </summary>
internal sealed class RejectsFile(string path) : IDisposable
{
    /// <summary>What the second file's name has more than the first's.</summary>
    public const string ReasonsSuffix = ".reasons";

    private readonly Lock _gate = new();
    private readonly Queue<(long Number, byte[] Line, string Reason)> _waiting = new();
    private FileStream? _lines;
    private FileStream? _reasons;
    private bool _isLineOpen;
    private long _count;

    private string ReasonsPath => path + ReasonsSuffix;

    /// <summary>Creates both files. Not before the broker is there: a run that never began must not take those of the run before.</summary>
    /// <exception cref="IOException">One cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be written.</exception>
    public void Open()
    {
        _lines = File.Create(path);
        _reasons = File.Create(ReasonsPath);
    }

    /// <summary>Adds a line. Safe to call from any thread.</summary>
    /// <param name="number">Its number in the file that was read.</param>
    /// <param name="line">The line, or its first piece.</param>
    /// <param name="reason">Why it is here, one line.</param>
    /// <param name="endsLine">Whether the line ends here; if not, <see cref="Continue"/> adds the rest.</param>
    public void Add(long number, ReadOnlySpan<byte> line, string reason, bool endsLine = true)
    {
        lock (_gate)
        {
            _count++;
            if (_isLineOpen)
            {
                // An unconfirmed order, reported by the publisher in the middle of another line.
                _waiting.Enqueue((number, line.ToArray(), reason));
                return;
            }

            _isLineOpen = !endsLine;
            Write(number, line, reason);
        }
    }

    /// <summary>Adds more of a line. The last piece holds its end.</summary>
    public void Continue(ReadOnlySpan<byte> piece)
    {
        lock (_gate)
        {
            _lines!.Write(piece);
            _isLineOpen = !piece.EndsWith("\n"u8);
            while (!_isLineOpen && _waiting.TryDequeue(out var waiting))
            {
                Write(waiting.Number, waiting.Line, waiting.Reason);
            }
        }
    }

    public void Dispose()
    {
        if (_isLineOpen)
        {
            // Interrupted in the middle of a long line.
            Continue("\n"u8);
        }

        _lines?.Dispose();
        _reasons?.Dispose();
        if (_reasons is not null && _count == 0)
        {
            File.Delete(path);
            File.Delete(ReasonsPath);
        }
    }

    private void Write(long number, ReadOnlySpan<byte> line, string reason)
    {
        _lines!.Write(line);
        _lines.Write(_isLineOpen ? [] : "\n"u8);
        _reasons!.Write(Encoding.UTF8.GetBytes($"line {number}: {reason}\n"));
    }
}
