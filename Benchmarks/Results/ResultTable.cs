namespace Benchmarks.Results;

/// <summary>A table for readers; numbers are written out already.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Columns">The heads. The first column is text, the others are numbers.</param>
/// <param name="Rows">As many cells each as there are columns.</param>
internal sealed record ResultTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>What a reader should see in it, and why it is so.</summary>
    public string? Text { get; init; }

    /// <summary>Its pictures. Each needs a name that is its own.</summary>
    public IReadOnlyList<Chart> Charts { get; init; } = [];
}
