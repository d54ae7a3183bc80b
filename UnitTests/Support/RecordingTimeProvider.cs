namespace UnitTests.Support;

/// <summary>A fake clock that also records the timers that are set.</summary>
internal sealed class RecordingTimeProvider : FakeTimeProvider
{
    /// <summary>Timers set so far: a test waits here until the code under test has begun to wait.</summary>
    public Milestone TimersSet { get; } = new();

    /// <summary>What the last timer was set to.</summary>
    public TimeSpan LastDue { get; private set; }

    /// <summary>Every timer fires as soon as it is set and takes the clock with it, for tests that are not about time.</summary>
    public bool IsInAHurry { get; init; }

    /// <summary>By how much the wall clock has been set forward or back. Unlike AdjustTime, it leaves the timestamps as they are.</summary>
    public TimeSpan WallClockSetBy { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + WallClockSetBy;

    // The package derives its timestamps from GetUtcNow.
    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        LastDue = dueTime;
        if (IsInAHurry)
        {
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }

        TimersSet.Pass();
        return timer;
    }
}
