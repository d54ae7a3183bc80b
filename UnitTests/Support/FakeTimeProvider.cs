namespace UnitTests.Support;

/// <summary>A clock that stands still until a test moves it.</summary>
internal sealed class FakeTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<FakeTimer> _timers = [];
    private DateTimeOffset _now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Timers set so far: a test waits here until the code under test has begun to wait.</summary>
    public Milestone TimersSet { get; } = new();

    /// <summary>Every timer fires as soon as it is set and takes the clock with it, for tests that are not about time.</summary>
    public bool IsInAHurry { get; init; }

    /// <summary>By how much the wall clock has been set forward or back. What has passed does not depend on it.</summary>
    public TimeSpan WallClockSetBy { get; set; }

    /// <summary>What the last timer was set to.</summary>
    public TimeSpan LastDue { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now + WallClockSetBy;
        }
    }

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _now.UtcTicks;
        }
    }

    public void Advance(TimeSpan by)
    {
        List<FakeTimer> due;
        lock (_gate)
        {
            _now += by;
            due = _timers.FindAll(timer => timer.DueAt <= _now);
            _timers.RemoveAll(due.Contains);
        }

        due.ForEach(timer => timer.Fire());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan)
        {
            throw new NotSupportedException("a timer that repeats");
        }

        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Set(FakeTimer timer, TimeSpan dueTime)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            LastDue = dueTime;
            timer.DueAt = _now + dueTime;
            if (IsInAHurry)
            {
                _now = timer.DueAt;
            }
            else
            {
                _timers.Add(timer);
            }
        }

        if (IsInAHurry)
        {
            ThreadPool.QueueUserWorkItem(_ => timer.Fire());
        }

        TimersSet.Pass();
    }

    private void Forget(FakeTimer timer)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
        }
    }

    private sealed class FakeTimer(FakeTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset DueAt { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            owner.Set(this, dueTime);
            return true;
        }

        public void Dispose() => owner.Forget(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
