using Benchmarks.Contestants;
using Benchmarks.Results;

namespace Benchmarks.Drain;

/// <summary>Turns the rounds of a drain into figures, tables and a chart.</summary>
internal sealed class DrainFindings
{
    private const int FigureColumns = 9;

    private static readonly string Clean = Scenario.Clean(0).Name;
    private static readonly string Envelope = Scenario.Envelope(0).Name;
    private static readonly string OnDisk = Scenario.OnDisk(0).Name;
    private static readonly string Tls = Scenario.Tls(0).Name;
    private static readonly string Duplicates = Scenario.Duplicates(0).Name;
    private static readonly string Bad = Scenario.Bad(0).Name;
    private static readonly string Deep = Scenario.Deep().Name;

    private readonly IReadOnlyList<DrainOutcome> _drains;
    private readonly int _seed;

    private DrainFindings(IReadOnlyList<DrainOutcome> drains, int seed) => (_drains, _seed) = (drains, seed);

    private static string Ours => Roster.Workers.Name;

    public static Findings From(
        IReadOnlyList<DrainOutcome> drains, IReadOnlyList<StartOutcome> starts, int seed, IReadOnlyList<string> servers)
    {
        var findings = new DrainFindings(drains, seed);
        return new Findings
        {
            Figures = [.. findings.Figures(starts).OfType<Figure>()],
            Tables = findings.Tables(),
            Chart = findings.Chart(),
            Runs = [.. drains, .. starts],
            Servers = servers,
            Notes =
            [
                .. DrainNotes.Of(drains),
                .. DrainNotes.Of(starts),
                "The limit is a C program (librabbitmq in, libpq binary COPY out) without retries, idempotency or telemetry; of its settings the one with the best median counts.",
                "Every rate is by the database's own commit times, from first to last commit, the rows of the first left out.",
                "What was published just now the broker has in memory and not only on disk; `from disk` is a backlog that has waited until it was no longer, at twice the broker's price.",
                "`over TLS`: only the connection to the broker is encrypted (TLS 1.3); each client verifies the broker's certificate.",
                "Every contestant is a process of its own, warmed up on another queue; the order within a round is random.",
                "Whoever loses, doubles or alters an order, or leaves one in the queue, is disqualified.",
            ],
        };
    }

    private IEnumerable<Figure?> Figures(IReadOnlyList<StartOutcome> starts)
    {
        yield return RatioToLimit(Bars.DrainToLimit, Clean);
        yield return RatioToLimit(Bars.EnvelopeToLimit, Envelope);
        yield return TimesPeer(Bars.ToMassTransitEfCore, Roster.MassTransitEfCore);
        yield return TimesPeer(Bars.ToMassTransitBulk, Roster.MassTransitBulk);
        yield return TimesPeer(Bars.ToClientEfCore, Roster.ClientEfCore);
        yield return OwnFigure(Bars.WorkerCpu, Clean, outcome => outcome.ContestantMicroseconds);
        yield return OwnFigure(Bars.Allocation, Clean, outcome => outcome.AllocatedBytesAMessage);
        yield return OwnFigure(Bars.PeakMemory, Deep, outcome => outcome.PeakMegabytes);
        yield return RatioToLimit(Bars.TlsToLimit, Tls);
        yield return OwnFigure(Bars.TlsAllocation, Tls, outcome => outcome.AllocatedBytesAMessage);
        yield return RatioToClean(Bars.DuplicatesToClean, Duplicates);
        yield return RatioToClean(Bars.BadToClean, Bad);
        yield return StartFigure(starts);
    }

    private static Figure? StartFigure(IReadOnlyList<StartOutcome> starts) => starts switch
    {
        [] => null,
        _ when starts.Any(start => start.Seconds is null) => Bars.StartToFirstCommit.Disqualified("it did not store all orders"),
        _ => Bars.StartToFirstCommit.Figure([.. starts.Select(start => start.Seconds!.Value)], 0),
    };

    private Figure? RatioToLimit(Bar bar, string scenario) =>
        BestLimit(scenario) is { } limit ? Ratio(bar, Of(Ours, scenario), Of(limit, scenario)) : null;

    private Figure? RatioToClean(Bar bar, string scenario) => Ratio(bar, Of(Ours, scenario), Of(Ours, Clean));

    private Figure? TimesPeer(Bar bar, Contestant peer) => Counts(Of(peer.Name, Clean)) ? Ratio(bar, Of(Ours, Clean), Of(peer.Name, Clean)) : null;

    private Figure? OwnFigure(Bar bar, string scenario, Func<DrainOutcome, double?> figure)
    {
        var outcomes = Of(Ours, scenario);
        return outcomes switch
        {
            [] => null,
            _ when Problem(outcomes) is { } problem => bar.Disqualified(problem),
            _ => bar.Figure([.. outcomes.Select(figure).OfType<double>()], _seed),
        };
    }

    private Figure? Ratio(Bar bar, IReadOnlyList<DrainOutcome> ours, IReadOnlyList<DrainOutcome> others)
    {
        if (ours.Count == 0 || others.Count == 0)
        {
            return null;
        }

        return Problem([.. ours, .. others]) is { } problem
            ? bar.Disqualified(problem)
            : bar.Figure(Statistics.Ratios(ours.Select(outcome => outcome.Rate()), others.Select(outcome => outcome.Rate())), _seed);
    }

    private string? BestLimit(string scenario) => Roster.Limit
        .Select(limit => limit.Name)
        .Where(name => Counts(Of(name, scenario)))
        .MaxBy(name => MedianRate(Of(name, scenario)));

    private IReadOnlyList<ResultTable> Tables() =>
    [
        .. new[] { Clean, OnDisk, Envelope, Tls, Duplicates, Bad, Deep }.Select(Table).Where(table => table.Rows.Count > 0),
    ];

    private ResultTable Table(string scenario)
    {
        var limit = BestLimit(scenario) is { } best ? MedianRate(Of(best, scenario)) : (double?)null;
        var contestants = _drains
            .Where(outcome => outcome.Scenario == scenario)
            .GroupBy(outcome => outcome.Contestant)
            .OrderByDescending(group => MedianRate([.. group]) ?? 0);
        return new ResultTable(
            $"Drain: {scenario}",
            ["contestant", "messages", "orders/s", "steady", "of the limit", "own CPU us", "broker us", "database us", "peak MB", "B/order", "commits"],
            [.. contestants.Select(group => Row(group.Key, [.. group], limit))]);
    }

    private static string[] Row(string name, IReadOnlyList<DrainOutcome> outcomes, double? limit)
    {
        if (!Counts(outcomes))
        {
            return [$"{name}, disqualified", Numbers.Text(outcomes[0].Messages), .. Enumerable.Repeat("-", FigureColumns)];
        }

        var rate = MedianRate(outcomes);
        return
        [
            name,
            Numbers.Text(outcomes[0].Messages),
            Numbers.Text(rate),
            Numbers.Text(Median(outcomes, outcome => outcome.SteadyPerSecond)),
            Numbers.Text(rate / limit),
            Numbers.Text(Median(outcomes, outcome => outcome.ContestantMicroseconds)),
            Numbers.Text(Median(outcomes, outcome => outcome.BrokerMicroseconds)),
            Numbers.Text(Median(outcomes, outcome => outcome.DatabaseMicroseconds)),
            Numbers.Text(Median(outcomes, outcome => outcome.PeakMegabytes)),
            Numbers.Text(Median(outcomes, outcome => outcome.AllocatedBytesAMessage)),
            Numbers.Text(Median(outcomes, outcome => outcome.Commits)),
        ];
    }

    private BarChart Chart()
    {
        var bars = new List<ChartBar>();
        AddBar(bars, "the limit in C", BestLimit(Clean), Clean);
        AddBar(bars, Ours, Ours, Clean);
        AddBar(bars, "the limit in C, envelope", BestLimit(Envelope), Envelope);
        AddBar(bars, "the limit in C, over TLS", BestLimit(Tls), Tls);
        foreach (var scenario in new[] { Envelope, Tls, Duplicates, Bad })
        {
            AddBar(bars, $"{Ours}, {scenario}", Ours, scenario);
        }

        foreach (var peer in Roster.Peers)
        {
            AddBar(bars, peer.Name, peer.Name, Clean);
        }

        return new BarChart("Orders a second out of a full queue", bars);
    }

    private void AddBar(List<ChartBar> bars, string label, string? contestant, string scenario)
    {
        if (contestant is not null && Of(contestant, scenario) is var outcomes && Counts(outcomes))
        {
            double[] rates = [.. outcomes.Select(outcome => outcome.PerSecond!.Value)];
            bars.Add(ChartBar.OfRounds(label, rates, _seed, contestant == Ours));
        }
    }

    private DrainOutcome[] Of(string contestant, string scenario) =>
        [.. _drains.Where(outcome => outcome.Contestant == contestant && outcome.Scenario == scenario)];

    private static bool Counts(IReadOnlyList<DrainOutcome> outcomes) => outcomes.Count > 0 && Problem(outcomes) is null;

    // One round that went wrong is enough: an order that gets lost now and then is lost.
    private static string? Problem(IReadOnlyList<DrainOutcome> outcomes) => outcomes
        .Select(outcome => outcome.Disqualified ?? (outcome.PerSecond is null ? "too few commits for a rate" : null))
        .FirstOrDefault(problem => problem is not null);

    private static double? MedianRate(IReadOnlyList<DrainOutcome> outcomes) => Median(outcomes, outcome => outcome.PerSecond);

    private static double? Median(IReadOnlyList<DrainOutcome> outcomes, Func<DrainOutcome, double?> figure) =>
        Statistics.MedianOf(outcomes.Select(figure));
}
