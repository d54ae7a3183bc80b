namespace Chaos;

/// <summary>Which fault comes next, when, and for how long: all of it from one seed.</summary>
/// <param name="count">How many kinds there are.</param>
/// <param name="options">The run.</param>
internal sealed class FaultSchedule(int count, ChaosOptions options)
{
    private readonly Random _random = new(options.Seed);
    private readonly Queue<int> _bag = [];

    /// <summary>The number of the next kind. Every kind comes once before one comes again.</summary>
    public int Next()
    {
        if (_bag.Count == 0)
        {
            int[] all = [.. Enumerable.Range(0, count)];
            _random.Shuffle(all);
            Array.ForEach(all, _bag.Enqueue);
        }

        return _bag.Dequeue();
    }

    /// <summary>From the beginning of this fault to that of the next.</summary>
    public TimeSpan Gap() => options.LeastGap + ((options.MostGap - options.LeastGap) * _random.NextDouble());

    /// <summary>How long a fault lasts.</summary>
    public TimeSpan Duration(Fault fault) => TimeSpan.FromSeconds(fault.LeastSeconds + ((fault.MostSeconds - fault.LeastSeconds) * _random.NextDouble()));
}
