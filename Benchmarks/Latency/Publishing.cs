using Benchmarks.Servers;

namespace Benchmarks.Latency;

/// <summary>What an open loop has published.</summary>
/// <param name="Start">When the first order was due.</param>
/// <param name="Late">Milliseconds between when an order was due and when it had been handed to the client, in the order of the schedule.</param>
internal sealed record Publishing(DateTimeOffset Start, double[] Late)
{
    /// <summary>What must be in the database in the end.</summary>
    public Published Published { get; init; } = new(0, new Contents(0, 0, 0, 0), 0);
}
