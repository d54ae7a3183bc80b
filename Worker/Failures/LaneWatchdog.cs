namespace Worker.Failures;

/// <summary>
/// Tells a lane that waits from one that is dead without an error: the broker has messages, the connection is open, and nothing arrives.
/// It is told what is seen and decides; nothing is asked of anybody here.
/// </summary>
/// <param name="limit">How long that must have been so, without a break.</param>
/// <param name="time">The clock.</param>
internal sealed class LaneWatchdog(TimeSpan limit, TimeProvider time)
{
    /// <summary>Longer than a busy broker leaves a consumer with room waiting, and about as long as a silent peer takes to be noticed.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(30);

    // The limit is exceeded by a sixth at most.
    private const int LooksALimit = 6;

    private ulong _lastTag;
    private long? _since;

    public TimeSpan Limit => limit;

    /// <summary>Between two looks.</summary>
    public TimeSpan Interval => limit / LooksALimit;

    /// <summary>Messages waited at the last look and the lane had received nothing since the one before.</summary>
    public bool IsSuspicious => _since is not null;

    /// <summary>Another session begins, and with it another count of tags.</summary>
    public void Restart()
    {
        _lastTag = 0;
        _since = null;
    }

    /// <summary>Looks at the lane.</summary>
    /// <param name="ready">Messages waiting in the queue; <see langword="null"/> when nobody knows, which accuses nobody.</param>
    /// <param name="inFlight">Messages that the lane holds. One that holds any is busy, however long that takes.</param>
    /// <param name="lastTag">The last delivery that the session took in, and that moves whoever else consumes the queue.</param>
    /// <param name="isWritable">Whether the breaker is closed; while it is not, the lane has a reason to do nothing.</param>
    /// <returns>Whether the lane is dead.</returns>
    public bool IsDead(long? ready, long inFlight, ulong lastTag, bool isWritable)
    {
        var isSuspect = ready > 0 && inFlight == 0 && lastTag == _lastTag && isWritable;
        _lastTag = lastTag;
        if (!isSuspect)
        {
            _since = null;
            return false;
        }

        var since = _since ??= time.GetTimestamp();
        return time.GetElapsedTime(since) >= limit;
    }
}
