namespace Simulation.Engine;

/// <summary>A timer of the world's clock. It rings once.</summary>
internal sealed class SimulatedTimer(World world, Strand strand, TimerCallback callback, object? state) : ITimer
{
    public Strand Strand => strand;

    /// <summary>How often it was set. What was queued for an earlier setting is void.</summary>
    public int Setting { get; private set; }

    public void Ring() => callback(state);

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan)
        {
            throw new NotSupportedException("a timer that repeats");
        }

        Setting++;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            world.Schedule(this, dueTime);
        }

        return true;
    }

    public void Dispose() => Setting++;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
