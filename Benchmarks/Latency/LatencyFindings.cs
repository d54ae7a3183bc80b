using System.Globalization;
using Benchmarks.Contestants;
using Benchmarks.Drain;
using Benchmarks.Results;
using Benchmarks.Servers;

namespace Benchmarks.Latency;

/// <summary>Turns the rounds into figures, tables and a chart.</summary>
internal sealed class LatencyFindings
{
    // A publisher that is later than this at its 99th percentile is a good part of what is measured.
    private const double UsualLateMilliseconds = 1;

    private readonly IReadOnlyList<LatencyOutcome> _outcomes;
    private readonly int _seed;

    private LatencyFindings(IReadOnlyList<LatencyOutcome> outcomes, int seed) => (_outcomes, _seed) = (outcomes, seed);

    private static string Ours => Roster.Workers.Name;

    /// <param name="outcomes">All rounds.</param>
    /// <param name="flushMilliseconds">What a commit's time leaves out, see <see cref="FlushTime"/>.</param>
    /// <param name="seed">What intervals follow from.</param>
    /// <param name="servers">Versions and settings.</param>
    public static Findings From(IReadOnlyList<LatencyOutcome> outcomes, double flushMilliseconds, int seed, IReadOnlyList<string> servers)
    {
        var findings = new LatencyFindings(outcomes, seed);
        return new Findings
        {
            Figures = [.. findings.Figures().OfType<Figure>()],
            Tables = findings.Tables(),
            Chart = findings.Chart(),
            Runs = outcomes,
            Servers = servers,
            Notes =
            [
                .. findings.Remarks(),
                "Orders are due on a fixed schedule, and latency counts from when an order was due, whether it left then or late. What the publisher was late is in it, and has its own column.",
                "The end is the commit's time by the database, computed there from the row (`pg_xact_commit_timestamp(xmin) - placed_at`): one clock, and no contestant is asked.",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"That time is taken just before the log goes to the disk, which comes on top for everybody alike: {flushMilliseconds:0.0} ms here, on a server at rest."),
                $"The first {LatencyRun.RunIn.TotalSeconds:0} s of every run do not count. Every contestant was warmed up on another queue before.",
                "Percentiles are a round's own; of the rounds the median is given.",
                "Peers run with the settings that gave them the best latency, not with those that drain fastest (`Contestants/Roster.cs`).",
            ],
        };
    }

    private IEnumerable<Figure?> Figures()
    {
        yield return OwnFigure(Bars.LatencyP50, latency => latency.P50);
        yield return OwnFigure(Bars.LatencyP99, latency => latency.P99);
        yield return RatioToMassTransit(Bars.LatencyP99ToMassTransit);
    }

    private Figure? OwnFigure(Bar bar, Func<CommitLatency, double> percentile)
    {
        var ours = Of(Ours);
        return ours switch
        {
            { IsMissing: true } => null,
            { Problem: { } problem } => bar.Disqualified(problem),
            _ => bar.Figure([.. ours.Rounds(percentile).Select(round => round.Value)], _seed),
        };
    }

    // Against the better of the two.
    private Figure? RatioToMassTransit(Bar bar)
    {
        var ours = Of(Ours);
        var best = new[] { Roster.MassTransitBulk, Roster.MassTransitEfCore }
            .Select(peer => Of(peer.Name))
            .Where(peer => peer.Counts)
            .MinBy(peer => peer.Median(outcome => outcome.Latency!.P99));
        if (ours.IsMissing || best is null)
        {
            return null;
        }

        return ours.Problem is { } problem
            ? bar.Disqualified(problem)
            : bar.Figure(Statistics.Ratios(ours.Rounds(latency => latency.P99), best.Rounds(latency => latency.P99)), _seed);
    }

    private IReadOnlyList<ResultTable> Tables() =>
    [
        new ResultTable(
            "Milliseconds from due to committed",
            ["contestant", "orders/s", "p50", "p90", "p99", "p99.9", "max", "publisher late p99", "late max"],
            [.. Groups().Select(group => LatencyRow(group.Name, group.Rate, Of(group.Name, group.Rate)))]),
        new ResultTable(
            "CPU time an order, in microseconds",
            ["contestant", "orders/s", "own", "broker", "database", "publisher", "orders/commit"],
            [.. Groups().Select(group => CpuRow(group.Name, group.Rate, Of(group.Name, group.Rate)))]),
    ];

    private IEnumerable<(string Name, int Rate)> Groups() => _outcomes
        .Select(outcome => (outcome.Contestant, outcome.PerSecond))
        .Distinct()
        .OrderBy(group => group.PerSecond)
        .ThenBy(group => Of(group.Contestant, group.PerSecond).Median(outcome => outcome.Latency!.P99) ?? double.MaxValue);

    private static string[] LatencyRow(string name, int rate, LatencySummary summary) =>
    [
        NameOf(name, summary),
        Numbers.Text(rate),
        Numbers.Text(summary.Median(outcome => outcome.Latency!.P50)),
        Numbers.Text(summary.Median(outcome => outcome.Latency!.P90)),
        Numbers.Text(summary.Median(outcome => outcome.Latency!.P99)),
        Numbers.Text(summary.Median(outcome => outcome.Latency!.P999)),
        Numbers.Text(summary.Median(outcome => outcome.Latency!.Max)),
        Numbers.Text(summary.Median(outcome => outcome.PublisherLateP99)),
        Numbers.Text(summary.Median(outcome => outcome.PublisherLateMax)),
    ];

    private static string[] CpuRow(string name, int rate, LatencySummary summary) =>
    [
        NameOf(name, summary),
        Numbers.Text(rate),
        Numbers.Text(summary.Median(outcome => outcome.Spent?.Contestant)),
        Numbers.Text(summary.Median(outcome => outcome.Spent?.Broker)),
        Numbers.Text(summary.Median(outcome => outcome.Spent?.Database)),
        Numbers.Text(summary.Median(outcome => outcome.Spent?.Publisher)),
        Numbers.Text(summary.Median(outcome => outcome.Commits == 0 ? null : (double)outcome.Messages / outcome.Commits)),
    ];

    private static string NameOf(string name, LatencySummary summary) => summary.Counts ? name : $"{name}, disqualified";

    private BarChart Chart() => new(
        string.Create(CultureInfo.InvariantCulture, $"Milliseconds from due to committed, {LatencyMeasure.CommonRate:N0} orders/s"),
        [
            .. Groups()
                .Where(group => group.Rate == LatencyMeasure.CommonRate && Of(group.Name).Counts)
                .SelectMany(group => new[]
                {
                    BarOf(group.Name, "p50", latency => latency.P50),
                    BarOf(group.Name, "p99", latency => latency.P99),
                }),
        ]);

    private ChartBar BarOf(string name, string what, Func<CommitLatency, double> percentile)
    {
        double[] rounds = [.. Of(name).Rounds(percentile).Select(round => round.Value)];
        return ChartBar.OfRounds($"{name}, {what}", rounds, _seed, name == Ours);
    }

    private IEnumerable<string> Remarks()
    {
        foreach (var outcome in _outcomes.Where(outcome => outcome.Disqualified is not null))
        {
            yield return Text(outcome, $"**Disqualified**: {outcome.Disqualified}");
        }

        foreach (var outcome in _outcomes.Where(outcome => outcome.PublisherLateP99 > UsualLateMilliseconds))
        {
            yield return Text(outcome, $"**Publisher late**: {Numbers.Text(outcome.PublisherLateP99)} ms at its 99th percentile");
        }

        foreach (var outcome in _outcomes.Where(outcome => outcome.Spent?.StolenShare > DrainRun.MostStolen))
        {
            yield return Text(outcome, FormattableString.Invariant($"**Stolen time**: {outcome.Spent!.StolenShare:P1}, as in every attempt before"));
        }

        foreach (var outcome in _outcomes.Where(outcome => outcome.Spent?.OthersShare > MachineTimes.UsualOthersShare))
        {
            yield return Text(outcome, FormattableString.Invariant($"**Not alone**: other programs used {outcome.Spent!.OthersShare:P0} of the machine"));
        }
    }

    private static string Text(LatencyOutcome outcome, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} in {outcome.Contestant}, {outcome.PerSecond:N0} orders/s, round {outcome.Round}.");

    private LatencySummary Of(string contestant, int rate = LatencyMeasure.CommonRate) =>
        new([.. _outcomes.Where(outcome => outcome.Contestant == contestant && outcome.PerSecond == rate)]);
}
