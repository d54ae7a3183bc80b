using Benchmarks.Drain;
using Benchmarks.Servers;

namespace Benchmarks.Latency;

/// <summary>One contestant at one rate, as it goes into the result file.</summary>
internal sealed record LatencyOutcome
{
    public required int Round { get; init; }

    public required string Contestant { get; init; }

    /// <summary>Orders a second that were due.</summary>
    public required int PerSecond { get; init; }

    /// <summary>Orders that were published, those of the run-in included.</summary>
    public long Messages { get; init; }

    /// <summary>From when an order was due to its commit.</summary>
    public CommitLatency? Latency { get; init; }

    /// <summary>Milliseconds by which the publisher was late, at its 99th percentile. They are part of the latency.</summary>
    public double? PublisherLateP99 { get; init; }

    public double? PublisherLateMax { get; init; }

    public int Commits { get; init; }

    /// <summary>CPU time an order, in microseconds.</summary>
    public Spent? Spent { get; init; }

    /// <summary>Why it does not count.</summary>
    public string? Disqualified { get; init; }
}
