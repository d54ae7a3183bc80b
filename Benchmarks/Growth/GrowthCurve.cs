using Benchmarks.Drain;
using Benchmarks.Results;

namespace Benchmarks.Growth;

/// <summary>One curve: the points of a part that belong together, smallest first.</summary>
internal sealed class GrowthCurve
{
    private readonly IReadOnlyList<GrowthDrain> _drains;
    private readonly int _seed;

    private GrowthCurve(string series, IReadOnlyList<GrowthDrain> drains, int seed)
    {
        Series = series;
        (_drains, _seed) = (drains, seed);
        Points =
        [
            .. drains.GroupBy(drain => drain.Case).OrderBy(group => group.Key.Size)
                .Select(group => (group.Key, new DrainSummary([.. group.Select(drain => drain.Drain)], seed))),
        ];
    }

    public string Series { get; }

    public IReadOnlyList<(GrowthCase Case, DrainSummary Summary)> Points { get; }

    public static IReadOnlyList<GrowthCurve> From(IEnumerable<GrowthDrain> drains, int seed) =>
        [.. drains.GroupBy(drain => drain.Case.Series).Select(group => new GrowthCurve(group.Key, [.. group], seed))];

    public ChartLine Line(string label, Func<DrainSummary, double, ChartPoint?> at) =>
        new(label, [.. Points.Select(point => at(point.Summary, point.Case.Size)).OfType<ChartPoint>()]);

    /// <summary>What the largest keeps of the smallest one's rate, round by round. None when either was disqualified.</summary>
    public ChartBar? Kept()
    {
        var (first, last) = (Points[0], Points[^1]);
        if (first.Summary.PerSecond is null || last.Summary.PerSecond is null)
        {
            return null;
        }

        return ChartBar.OfRounds(last.Case.Name, Statistics.Ratios(Rates(last.Case), Rates(first.Case)), _seed, isOurs: true);
    }

    private IEnumerable<(int Round, double Value)> Rates(GrowthCase which) =>
        _drains.Where(drain => drain.Case == which).Select(drain => drain.Drain.Rate());
}
