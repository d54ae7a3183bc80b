namespace Infrastructure;

/// <summary>How long to wait before the next attempt: doubling from the first wait to the longest, spread by a fifth either way.</summary>
/// <remarks>The spread keeps replicas that failed together from coming back together.</remarks>
/// <param name="first">The wait after the first failure.</param>
/// <param name="longest">The wait that is not exceeded, but for the spread.</param>
/// <param name="random">Where the spread comes from.</param>
public sealed class Backoff(TimeSpan first, TimeSpan longest, Random random)
{
    private const double Spread = 0.2;

    // Nothing until the first failure.
    private TimeSpan _last = TimeSpan.Zero;

    /// <summary>Attempts that failed since the last success.</summary>
    public int Failures { get; private set; }

    /// <summary>Counts a failure and says how long to wait after it.</summary>
    public TimeSpan Next()
    {
        Failures++;
        _last = TimeSpan.FromTicks(Math.Clamp(_last.Ticks * 2, first.Ticks, longest.Ticks));
        return _last * (1 - Spread + (2 * Spread * random.NextDouble()));
    }

    /// <summary>An attempt succeeded: the next failure is a first one.</summary>
    public void Reset()
    {
        Failures = 0;
        _last = TimeSpan.Zero;
    }
}
