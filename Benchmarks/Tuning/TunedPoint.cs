using Benchmarks.Drain;

namespace Benchmarks.Tuning;

/// <summary>A setting and what its drains came to.</summary>
internal sealed record TunedPoint(TuningSetting Setting, DrainSummary Summary)
{
    /// <summary>One for each setting, best rate first; whoever was disqualified comes last.</summary>
    public static IReadOnlyList<TunedPoint> Ranked(IEnumerable<TunedDrain> drains, int seed) =>
    [
        .. drains.GroupBy(drain => drain.Setting)
            .Select(group => new TunedPoint(group.Key, new DrainSummary([.. group.Select(drain => drain.Drain)], seed)))
            .OrderByDescending(point => point.Summary.PerSecond ?? 0),
    ];
}
