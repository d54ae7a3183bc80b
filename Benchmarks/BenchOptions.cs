using System.Text.RegularExpressions;

namespace Benchmarks;

/// <summary>How much is measured, and where the results go.</summary>
internal sealed record BenchOptions
{
    public const int DefaultRounds = 5;
    public const int QuickRounds = 1;
    public const int DefaultOrders = 500_000;
    public const int QuickOrders = 100_000;

    /// <summary>How often everything is measured; within a round the contestants come in random order.</summary>
    public required int Rounds { get; init; }

    /// <summary>A look instead of a result: fewer orders, and what takes long is left out.</summary>
    public required bool Quick { get; init; }

    /// <summary>Orders of a drain.</summary>
    public required int Orders { get; init; }

    /// <summary>Orders a second of what is published at a fixed pace; none stands for the measure's own choice.</summary>
    public IReadOnlyList<int> Rates { get; init; } = [];

    /// <summary>What the name of something must match to be measured.</summary>
    public Regex Only { get; init; } = new("");

    /// <summary>What the order of the contestants follows from.</summary>
    public required int Seed { get; init; }

    /// <summary>The folder of the result files.</summary>
    public required string Output { get; init; }

    /// <summary>Receives one line for everything that happens.</summary>
    public required Action<string> Say { get; init; }

    /// <summary>Whether something of this name is measured.</summary>
    public bool Includes(string name) => Only.IsMatch(name);
}
