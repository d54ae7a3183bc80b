namespace Worker.Failures;

/// <summary>Lets a log line through once in a while, and adds up what it kept back. Not thread-safe.</summary>
internal sealed class LogPace(TimeSpan interval, TimeProvider time)
{
    private long? _last;
    private long _count;

    /// <summary>Something happened, so many times.</summary>
    /// <param name="times">How often.</param>
    /// <param name="sinceLast">How often since the last line, this time included.</param>
    /// <returns>Whether it is time for a line.</returns>
    public bool IsDue(long times, out long sinceLast)
    {
        sinceLast = _count += times;
        if (_last is { } last && time.GetElapsedTime(last) < interval)
        {
            return false;
        }

        _last = time.GetTimestamp();
        _count = 0;
        return true;
    }
}
