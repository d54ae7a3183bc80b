namespace Benchmarks.Results;

/// <summary>A measure's result: what was found, on which machine, when, and how.</summary>
internal sealed record Report
{
    public required string Measure { get; init; }

    public required string Description { get; init; }

    public required DateTimeOffset Date { get; init; }

    public required bool Quick { get; init; }

    public required int Rounds { get; init; }

    public required int Seed { get; init; }

    public required MachineDescription Machine { get; init; }

    public required Findings Findings { get; init; }
}
