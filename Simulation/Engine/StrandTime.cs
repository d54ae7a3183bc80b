namespace Simulation.Engine;

/// <summary>
/// The world's clock as one process sees it. Its wall clock is set back and forth by an hour all the time: what waits for something to pass must not
/// look at it.
/// </summary>
internal sealed class StrandTime(World world, Strand strand) : TimeProvider
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private TimeSpan _setBy = TimeSpan.FromHours(1);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        _setBy = -_setBy;
        return Begin + world.Now + _setBy;
    }

    public override long GetTimestamp() => world.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(world, strand, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
