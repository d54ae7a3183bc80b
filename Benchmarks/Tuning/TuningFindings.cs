using System.Globalization;
using Benchmarks.Drain;
using Benchmarks.Latency;
using Benchmarks.Results;

namespace Benchmarks.Tuning;

/// <summary>Turns the sweep into tables and charts.</summary>
internal static class TuningFindings
{
    private const string BatchAxis = "Intake:MaxBatch";

    public static Findings From(
        IReadOnlyList<TunedDrain> grid,
        IReadOnlyList<TunedDrain> prefetches,
        IReadOnlyList<TunedPace> paced,
        int seed,
        IReadOnlyList<string> servers)
    {
        var (full, points) = (TunedPoint.Ranked(grid, seed), PacedPoint.From(paced));
        return new Findings
        {
            Figures = [],
            Chart = ByBatch("Orders a second out of a full queue", full, (point, x) => point.Summary.RateAt(x)),
            Tables =
            [
                GridTable(full),
                .. prefetches.GroupBy(drain => drain.Drain.Scenario).Select(group => PrefetchTable(group.Key, TunedPoint.Ranked(group, seed))),
                PacedTable(points),
                Regimes.Table(full, points),
            ],
            Runs = [.. grid, .. prefetches, .. paced],
            Servers = servers,
            Notes =
            [
                .. DrainNotes.Of([.. grid.Concat(prefetches).Select(drain => drain.Drain)]),
                .. paced.Select(pace => pace.Outcome).Where(outcome => outcome.Disqualified is not null).Select(Problem),
                $"Installed is {TuningSetting.Default.Name}. The settings of a round come in random order, and each starts a new process.",
                "Every rate is by the database's own commit times, from first to last commit, the rows of the first left out.",
                "At a fixed pace the publisher takes its share of the same machine; latencies count from when an order was due, not from when it left.",
                "A prefetch of less than two batches is not in the sweep: the worker refuses it, for the next batch could not fill while one is written.",
            ],
        };
    }

    private static string Problem(LatencyOutcome outcome) => string.Create(
        CultureInfo.InvariantCulture, $"**Disqualified**: {outcome.Contestant} at {outcome.PerSecond:N0} orders/s, round {outcome.Round}: {outcome.Disqualified}.");

    private static LineChart ByBatch(string title, IEnumerable<TunedPoint> points, Func<TunedPoint, double, ChartPoint?> at) => new(
        title,
        BatchAxis,
        [
            .. points.GroupBy(point => point.Setting.Lanes).OrderBy(lanes => lanes.Key).Select(lanes => new ChartLine(
                lanes.First().Setting.LanesText,
                [.. lanes.OrderBy(point => point.Setting.MaxBatch).Select(point => at(point, point.Setting.MaxBatch)).OfType<ChartPoint>()])),
        ])
    {
        IsXLogarithmic = true,
    };

    private static ResultTable GridTable(IReadOnlyList<TunedPoint> points) => new(
        $"Lanes and batch, out of a full queue, prefetch {TuningSetting.Default.Multiple}x",
        ["setting", "orders/s", "of the best", "own CPU us", "broker us", "database us", "peak MB", "rows a commit"],
        [.. points.Select(point => Row(point.Setting.LanesAndBatch, point, points[0]))])
    {
        Charts =
        [
            ByBatch("Database CPU an order, us", points, (point, x) => ChartPoint.At(x, point.Summary.DatabaseMicroseconds)) with { Name = "database" },
            ByBatch("Worker's peak memory, MB", points, (point, x) => ChartPoint.At(x, point.Summary.PeakMegabytes)) with { Name = "memory" },
        ],
    };

    private static ResultTable PrefetchTable(string scenario, IReadOnlyList<TunedPoint> points) => new(
        $"Prefetch, out of a full queue: {scenario}",
        ["setting", "orders/s", "of the best", "own CPU us", "broker us", "database us", "peak MB", "rows a commit"],
        [.. points.Select(point => Row(point.Setting.Name, point, points[0]))])
    {
        Charts =
        [
            new LineChart(
                $"Orders a second, by prefetch: {scenario}",
                "Intake:Prefetch, in batches",
                [
                    .. points.GroupBy(point => point.Setting.LanesAndBatch).Select(line => new ChartLine(
                        line.Key,
                        [.. line.OrderBy(point => point.Setting.Multiple).Select(point => point.Summary.RateAt(point.Setting.Multiple)).OfType<ChartPoint>()])),
                ])
            {
                Name = scenario == Scenario.OnDisk(0).Name ? "prefetch-disk" : "prefetch",
            },
        ],
    };

    private static string[] Row(string name, TunedPoint point, TunedPoint best) =>
    [
        name,
        point.Summary.RateText,
        Numbers.Text(point.Summary.PerSecond / best.Summary.PerSecond),
        Numbers.Text(point.Summary.ContestantMicroseconds),
        Numbers.Text(point.Summary.BrokerMicroseconds),
        Numbers.Text(point.Summary.DatabaseMicroseconds),
        Numbers.Text(point.Summary.PeakMegabytes),
        Numbers.Text(point.Summary.RowsACommit),
    ];

    private static ResultTable PacedTable(IReadOnlyList<PacedPoint> points) => new(
        "Below saturation",
        ["setting", "orders/s", "p50 ms", "p99 ms", "rows a commit", "worker us", "broker us", "database us"],
        [
            .. points.Select(point => (string[])
            [
                point.Setting.LingerText,
                Numbers.Text(point.PerSecond),
                Numbers.Text(point.P50),
                Numbers.Text(point.P99),
                Numbers.Text(point.RowsACommit),
                Numbers.Text(point.WorkerMicroseconds),
                Numbers.Text(point.BrokerMicroseconds),
                Numbers.Text(point.DatabaseMicroseconds),
            ]),
        ])
    {
        Charts =
        [
            PacedByLinger("Publish to commit, p99 ms", points, point => point.P99) with { Name = "latency" },
            PacedByLinger("Database CPU an order below saturation, us", points, point => point.DatabaseMicroseconds) with { Name = "paced-database" },
        ],
    };

    private static LineChart PacedByLinger(string title, IEnumerable<PacedPoint> points, Func<PacedPoint, double?> figure) => new(
        title,
        "Intake:LingerMilliseconds",
        [
            .. points.GroupBy(point => point.PerSecond).Select(line => new ChartLine(
                $"{Numbers.Tick(line.Key)}/s",
                [.. line.Select(point => ChartPoint.At(point.Setting.Linger, figure(point))).OfType<ChartPoint>()])),
        ]);
}
