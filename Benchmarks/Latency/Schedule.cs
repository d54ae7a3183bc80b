namespace Benchmarks.Latency;

/// <summary>When orders are due. It does not know when they left, so nothing that is late can move it.</summary>
/// <param name="PerSecond">The rate.</param>
/// <param name="Duration">How long it goes on.</param>
internal sealed record Schedule(int PerSecond, TimeSpan Duration)
{
    private const long MicrosecondsPerSecond = 1_000_000;

    public int Orders => (int)(PerSecond * Duration.TotalSeconds);

    /// <summary>Microseconds from the start until an order is due.</summary>
    /// <param name="number">The order's number, from 0.</param>
    public long DueAt(int number) => number * MicrosecondsPerSecond / PerSecond;
}
