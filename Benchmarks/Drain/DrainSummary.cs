using Benchmarks.Results;

namespace Benchmarks.Drain;

/// <summary>Drains of the same kind, one a round, as one: medians. Whoever was disqualified once has none.</summary>
internal sealed class DrainSummary
{
    private readonly IReadOnlyList<DrainOutcome> _outcomes;

    /// <param name="outcomes">The rounds.</param>
    /// <param name="seed">What the interval follows from.</param>
    public DrainSummary(IReadOnlyList<DrainOutcome> outcomes, int seed)
    {
        _outcomes = outcomes.All(outcome => outcome is { Disqualified: null, PerSecond: not null }) ? outcomes : [];
        if (_outcomes.Count > 0)
        {
            (Low, High) = Statistics.MedianInterval([.. _outcomes.Select(outcome => outcome.PerSecond!.Value)], seed);
        }
    }

    public double? PerSecond => Median(outcome => outcome.PerSecond);

    /// <summary>Lower end of the rate's 95 % interval.</summary>
    public double? Low { get; }

    /// <summary>Upper end of the rate's 95 % interval.</summary>
    public double? High { get; }

    public double? ContestantMicroseconds => Median(outcome => outcome.ContestantMicroseconds);

    public double? BrokerMicroseconds => Median(outcome => outcome.BrokerMicroseconds);

    public double? DatabaseMicroseconds => Median(outcome => outcome.DatabaseMicroseconds);

    public double? PeakMegabytes => Median(outcome => outcome.PeakMegabytes);

    public double? RowsACommit => Median(outcome => outcome.Commits == 0 ? null : (double)outcome.Messages / outcome.Commits);

    public double? BytesAMessage => Median(outcome => outcome.BytesAMessage);

    /// <summary>The bodies that went through, in megabytes of a million bytes.</summary>
    public double? MegabytesPerSecond => Median(outcome => outcome.PerSecond * outcome.BytesAMessage / 1_000_000);

    public double? Messages => Median(outcome => outcome.Messages);

    /// <summary>The rate with its interval, as a reader wants it.</summary>
    public string RateText => Numbers.Text(new Figure("rate", PerSecond, Low, High, null));

    /// <summary>The rate as a point of a chart; none without a rate.</summary>
    public ChartPoint? RateAt(double x) => PerSecond is { } rate ? new ChartPoint(x, rate, Low, High) : null;

    private double? Median(Func<DrainOutcome, double?> figure) => Statistics.MedianOf(_outcomes.Select(figure));
}
