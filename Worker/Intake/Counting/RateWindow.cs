namespace Worker.Intake.Counting;

/// <summary>Events a second over the last ten seconds. Not thread-safe.</summary>
internal sealed class RateWindow(TimeProvider time)
{
    /// <summary>Length of the window in seconds.</summary>
    public const int Seconds = 10;

    // One slot more than the window: the current second is not over and would drag the rate down.
    private readonly long[] _counts = new long[Seconds + 1];
    private readonly long _origin = time.GetTimestamp();
    private long _second;

    public void Add(long count)
    {
        Advance();
        _counts[_second % _counts.Length] += count;
    }

    public double PerSecond()
    {
        Advance();
        var past = Math.Min(_second, Seconds);
        if (past == 0)
        {
            return 0;
        }

        var current = _counts[_second % _counts.Length];
        return (_counts.Sum() - current) / (double)past;
    }

    private void Advance()
    {
        var now = (long)time.GetElapsedTime(_origin).TotalSeconds;
        for (var steps = Math.Min(now - _second, _counts.Length); steps > 0; steps--)
        {
            _counts[(now - steps + 1) % _counts.Length] = 0;
        }

        _second = now;
    }
}
