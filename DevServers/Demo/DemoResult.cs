using HdrHistogram;

namespace DevServers.Demo;

/// <summary>Everything that the table shows.</summary>
internal sealed record DemoResult
{
    public required Books Books { get; init; }

    public required IReadOnlyList<Equation> Equations { get; init; }

    public required LongHistogram Latency { get; init; }

    /// <summary>From the first publish until the last message was seen settled.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Messages a second after the producer had ended; null when that phase was too short to mean something.</summary>
    public required double? DrainRate { get; init; }

    public bool Reconciled => Equations.All(equation => equation.Holds);
}
