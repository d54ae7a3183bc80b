namespace Worker.Failures;

/// <summary>
/// Tells a lane that is stuck from one that has nothing to do: it owes a step and none comes, for longer than any step can take. That is a fault of the
/// program's own, which only another process mends; <see cref="LaneWatchdog"/> is about a lane that the broker has forgotten. It is told what is seen
/// and decides; nothing is asked of anybody here.
/// </summary>
/// <param name="limit">The longest that a step can take.</param>
/// <param name="time">The clock.</param>
internal sealed class LaneProgress(TimeSpan limit, TimeProvider time)
{
    private long _steps;
    private long? _since;

    /// <summary>Looks at the lane.</summary>
    /// <param name="steps">Steps it has made, ever.</param>
    /// <param name="owesStep">Whether another has to come.</param>
    /// <returns>Whether it is stuck.</returns>
    public bool IsStuck(long steps, bool owesStep)
    {
        var isSuspect = owesStep && steps == _steps;
        _steps = steps;
        if (!isSuspect)
        {
            _since = null;
            return false;
        }

        var since = _since ??= time.GetTimestamp();
        return time.GetElapsedTime(since) >= limit;
    }
}
