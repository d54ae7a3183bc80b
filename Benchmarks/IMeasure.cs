using Benchmarks.Results;

namespace Benchmarks;

/// <summary>Something that is measured, under a name that is also its subcommand and its result files.</summary>
internal interface IMeasure
{
    /// <summary>One word.</summary>
    string Name { get; }

    /// <summary>What it measures, in one line.</summary>
    string Description { get; }

    /// <summary>Measures. Servers are its own: it starts and ends them.</summary>
    Task<Findings> TakeAsync(BenchOptions options, CancellationToken cancellationToken);
}
