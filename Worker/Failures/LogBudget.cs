namespace Worker.Failures;

/// <summary>
/// Lets so many log lines a second through, whoever wants to write them, and counts the others: what befalls one lane befalls sixty-four.
/// </summary>
internal sealed class LogBudget(int linesASecond, TimeProvider time)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long? _began;
    private int _lines;
    private long _leftOut;

    /// <summary>Asks for a line, and tells of those that were left out before it.</summary>
    public bool Allows(ILogger logger)
    {
        var isAllowed = Take(out var leftOut);
        if (leftOut > 0)
        {
            logger.LinesLeftOut(leftOut);
        }

        return isAllowed;
    }

    /// <summary>Asks for a line.</summary>
    /// <param name="leftOut">Lines that were left out before this one and that nobody has been told of.</param>
    /// <returns>Whether it may be written.</returns>
    public bool Take(out long leftOut)
    {
        lock (_gate)
        {
            if (_began is not { } began || time.GetElapsedTime(began) >= Second)
            {
                _began = time.GetTimestamp();
                _lines = 0;
            }

            if (_lines == linesASecond)
            {
                leftOut = 0;
                _leftOut++;
                return false;
            }

            _lines++;
            leftOut = _leftOut;
            _leftOut = 0;
            return true;
        }
    }
}
