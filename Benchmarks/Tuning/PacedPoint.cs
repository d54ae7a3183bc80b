using Benchmarks.Latency;
using Benchmarks.Results;

namespace Benchmarks.Tuning;

/// <summary>A setting at a pace, and what its rounds came to: medians. A pace that could not be measured once has none.</summary>
internal sealed class PacedPoint
{
    private readonly IReadOnlyList<LatencyOutcome> _outcomes;

    private PacedPoint(TuningSetting setting, int perSecond, IReadOnlyList<LatencyOutcome> outcomes)
    {
        (Setting, PerSecond) = (setting, perSecond);
        _outcomes = outcomes.All(outcome => outcome.Disqualified is null) ? outcomes : [];
    }

    public TuningSetting Setting { get; }

    public int PerSecond { get; }

    public double? P50 => Median(outcome => outcome.Latency?.P50);

    public double? P99 => Median(outcome => outcome.Latency?.P99);

    public double? RowsACommit => Median(outcome => outcome.Commits == 0 ? null : (double)outcome.Messages / outcome.Commits);

    public double? WorkerMicroseconds => Median(outcome => outcome.Spent?.Contestant);

    public double? BrokerMicroseconds => Median(outcome => outcome.Spent?.Broker);

    public double? DatabaseMicroseconds => Median(outcome => outcome.Spent?.Database);

    /// <summary>One for each setting and pace: by pace and linger.</summary>
    public static IReadOnlyList<PacedPoint> From(IEnumerable<TunedPace> paces) =>
    [
        .. paces.GroupBy(pace => (pace.Setting, pace.Outcome.PerSecond))
            .Select(group => new PacedPoint(group.Key.Setting, group.Key.PerSecond, [.. group.Select(pace => pace.Outcome)]))
            .OrderBy(point => (point.PerSecond, point.Setting.Linger)),
    ];

    private double? Median(Func<LatencyOutcome, double?> figure) => Statistics.MedianOf(_outcomes.Select(figure));
}
