using Benchmarks.Results;
using Benchmarks.Servers;

namespace Benchmarks.Latency;

/// <summary>
/// A contestant's rounds at one rate. Percentiles of rounds are never averaged: the median round's is taken. Whoever was disqualified once
/// has none.
/// </summary>
internal sealed class LatencySummary
{
    private readonly IReadOnlyList<LatencyOutcome> _outcomes;

    public LatencySummary(IReadOnlyList<LatencyOutcome> outcomes)
    {
        _outcomes = outcomes;
        Problem = outcomes.Select(ProblemOf).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>Why it does not count. One round that went wrong is enough.</summary>
    public string? Problem { get; }

    public bool Counts => _outcomes.Count > 0 && Problem is null;

    public bool IsMissing => _outcomes.Count == 0;

    /// <summary>A percentile of every round, in the order of the rounds.</summary>
    public IReadOnlyList<(int Round, double Value)> Rounds(Func<CommitLatency, double> percentile) =>
        [.. _outcomes.Where(_ => Counts).OrderBy(outcome => outcome.Round).Select(outcome => (outcome.Round, percentile(outcome.Latency!)))];

    public double? Median(Func<LatencyOutcome, double?> figure) =>
        Statistics.MedianOf(_outcomes.Where(_ => Counts).Select(figure));

    private static string? ProblemOf(LatencyOutcome outcome) =>
        outcome.Disqualified ?? (outcome.Latency is { Orders: > 0 } ? null : "nothing was left to measure");
}
