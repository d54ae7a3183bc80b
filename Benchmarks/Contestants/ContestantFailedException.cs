namespace Benchmarks.Contestants;

/// <summary>A contestant ended, or did not answer in time. It is disqualified.</summary>
internal sealed class ContestantFailedException(string reason, IReadOnlyList<string> lastLines) : Exception(reason)
{
    /// <summary>The end of what it said on standard error.</summary>
    public IReadOnlyList<string> LastLines => lastLines;
}
