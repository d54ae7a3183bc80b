namespace Benchmarks.Results;

/// <summary>What a measure found, before machine and date are added.</summary>
internal sealed record Findings
{
    /// <summary>What is held against the bars.</summary>
    public required IReadOnlyList<Figure> Figures { get; init; }

    /// <summary>Everything for a reader, in order.</summary>
    public required IReadOnlyList<ResultTable> Tables { get; init; }

    /// <summary>The picture that stands for the whole measure. More of them may stand with the tables.</summary>
    public required Chart Chart { get; init; }

    /// <summary>The raw results, one object each, as they go into the JSON file.</summary>
    public required IReadOnlyList<object> Runs { get; init; }

    /// <summary>Versions and settings of the servers, one line each. The same for every contestant.</summary>
    public required IReadOnlyList<string> Servers { get; init; }

    /// <summary>All there is to draw.</summary>
    public IEnumerable<Chart> Charts => [Chart, .. Tables.SelectMany(table => table.Charts)];

    /// <summary>Everything was measured in rounds, whose median is given.</summary>
    public bool HasRounds { get; init; } = true;

    /// <summary>What a reader must know to read the figures right.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
