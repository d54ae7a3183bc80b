namespace Simulation.Engine;

/// <summary>
/// One thread, one clock and one source of chance for everything that happens in a run. What is ready runs in an order that the seed
/// decides; when nothing is, the clock moves to the next timer. So a seed is a schedule, and the same seed is the same schedule.
/// </summary>
internal sealed class World
{
    // Once in so many steps the clock is faster than a process that has something to do.
    private const int Hurry = 50;

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<Ready> _ready = [];
    private readonly PriorityQueue<Alarm, (TimeSpan At, int Lot, long Number)> _alarms = new();
    private long _alarmsSet;

    public World(int seed, int keptEvents)
    {
        Trace = new Trace(keptEvents);
        Random = new Random(seed);
        Servers = new Strand(this, "servers");
    }

    public Random Random { get; }

    public Trace Trace { get; }

    /// <summary>Broker, database and everything between processes. It never crashes.</summary>
    public Strand Servers { get; }

    /// <summary>Time since the beginning.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>What went wrong first; <see langword="null"/> when nothing has.</summary>
    public string? Violation { get; private set; }

    public bool Chance(double share) => Random.NextDouble() < share;

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Random.Next(choices.Count)];

    /// <summary>A time between the two, near the shorter one more often than not.</summary>
    public TimeSpan Between(double shortestMilliseconds, double longestMilliseconds)
    {
        var share = Random.NextDouble();
        return TimeSpan.FromMilliseconds(shortestMilliseconds + ((longestMilliseconds - shortestMilliseconds) * share * share * share));
    }

    public void Note(string who, string what, long first = 0, long second = 0) => Trace.Add(Now, who, what, first, second);

    /// <summary>A promise is broken. The run ends here.</summary>
    public void Report(string violation)
    {
        Violation ??= violation;
        Note("CHECK", "violated");
    }

    /// <summary>Has something done by the servers, later.</summary>
    public void After(TimeSpan wait, Action action) => Schedule(new SimulatedTimer(this, Servers, _ => action(), null), wait);

    public void Schedule(SimulatedTimer timer, TimeSpan wait)
    {
        AssertThread();
        _alarms.Enqueue(new Alarm(timer, timer.Setting), (Now + wait, Random.Next(), _alarmsSet++));
    }

    public void Enqueue(Strand strand, SendOrPostCallback callback, object? state)
    {
        AssertThread();
        _ready.Add(new Ready(strand, callback, state));
    }

    /// <summary>Lets one thing happen.</summary>
    /// <returns><see langword="false"/> when there is nothing that ever could.</returns>
    public bool Step()
    {
        while (_ready.Count > 0 && (_alarms.Count == 0 || Random.Next(Hurry) != 0))
        {
            var index = Random.Next(_ready.Count);
            var ready = _ready[index];
            _ready[index] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            if (ready.Strand.IsAlive)
            {
                SynchronizationContext.SetSynchronizationContext(ready.Strand);
                ready.Callback(ready.State);
                return true;
            }
        }

        while (_alarms.TryDequeue(out var alarm, out var due))
        {
            if (alarm.Timer.Setting == alarm.Setting && alarm.Timer.Strand.IsAlive)
            {
                Now = due.At > Now ? due.At : Now;
                SynchronizationContext.SetSynchronizationContext(alarm.Timer.Strand);
                alarm.Timer.Ring();
                return true;
            }
        }

        return _ready.Count > 0;
    }

    // A continuation that ran elsewhere would make of the seed a mere suggestion.
    private void AssertThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            Violation ??= "something went on outside the simulation's thread";
            throw new InvalidOperationException(Violation);
        }
    }

    private readonly record struct Ready(Strand Strand, SendOrPostCallback Callback, object? State);

    private readonly record struct Alarm(SimulatedTimer Timer, int Setting);
}
