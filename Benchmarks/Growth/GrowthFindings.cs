using Benchmarks.Drain;
using Benchmarks.Results;

namespace Benchmarks.Growth;

/// <summary>Turns the drains into a table and its charts for each thing that grows.</summary>
internal static class GrowthFindings
{
    public static Findings From(IReadOnlyList<GrowthDrain> drains, int seed, IReadOnlyList<string> servers)
    {
        (GrowthPart Part, IReadOnlyList<GrowthCurve> Curves)[] parts =
        [
            .. drains.GroupBy(drain => drain.Case.Part).OrderBy(part => part.Key).Select(part => (part.Key, GrowthCurve.From(part, seed))),
        ];
        return new Findings
        {
            Figures = [],
            Chart = new BarChart(
                "What is left of orders a second, of the smallest of each",
                [.. parts.Where(part => part.Part is not GrowthPart.Lines).SelectMany(part => part.Curves).Select(curve => curve.Kept()).OfType<ChartBar>()]),
            Tables = [.. parts.Select(part => Table(part.Part, part.Curves))],
            Runs = [.. drains],
            Servers = servers,
            Notes =
            [
                .. DrainNotes.Of([.. drains.Select(drain => drain.Drain)]),
                "Rows that are in the table before are made by the database, vacuumed, frozen and written out; every drain begins with a copy of them whose index is in "
                + "memory as far as `shared_buffers` goes. They are narrower than orders: it is the index that counts.",
                "Every rate is by the database's own commit times, from first to last commit, the rows of the first left out.",
                "All drains of a round come in random order, each with a new process.",
            ],
        };
    }

    private static ResultTable Table(GrowthPart part, IReadOnlyList<GrowthCurve> curves) => new(
        Title(part),
        ["case", "orders", "orders/s", "MB/s", "own CPU us", "broker us", "database us", "peak MB", "rows a commit"],
        [.. curves.SelectMany(curve => curve.Points).Select(point => Row(point.Case, point.Summary))])
    {
        Text = GrowthTexts.Of(part),
        Charts = [.. Charts(part, curves)],
    };

    private static string Title(GrowthPart part) => part switch
    {
        GrowthPart.Table => "Rows in the table",
        GrowthPart.Backlog => "Messages that wait",
        GrowthPart.Lines => "Lines of an order",
        _ => "Processes on one queue",
    };

    private static string[] Row(GrowthCase which, DrainSummary summary) =>
    [
        which.Name,
        Numbers.Text(which.Orders),
        summary.RateText,
        Numbers.Text(summary.MegabytesPerSecond),
        Numbers.Text(summary.ContestantMicroseconds),
        Numbers.Text(summary.BrokerMicroseconds),
        Numbers.Text(summary.DatabaseMicroseconds),
        Numbers.Text(summary.PeakMegabytes),
        Numbers.Text(summary.RowsACommit),
    ];

    private static IEnumerable<Chart> Charts(GrowthPart part, IReadOnlyList<GrowthCurve> curves) => part switch
    {
        GrowthPart.Table =>
        [
            new LineChart("Orders a second, by rows in the table", "rows", Rates(curves)) { Name = "table" },
            new LineChart(
                "Database CPU an order, us, by rows in the table",
                "rows",
                [.. curves.Select(curve => curve.Line(curve.Series, (summary, x) => ChartPoint.At(x, summary.DatabaseMicroseconds)))]) { Name = "table-cpu" },
        ],
        GrowthPart.Backlog =>
        [
            new LineChart("Orders a second, by messages that wait", "messages", Rates(curves)) { Name = "backlog", IsXLogarithmic = true },
            new LineChart("CPU an order, us, by messages that wait", "messages", Cpu(curves)) { Name = "backlog-cpu", IsXLogarithmic = true },
        ],
        GrowthPart.Lines =>
        [
            new LineChart("Orders a second, by lines of an order", "lines", Rates(curves)) { Name = "lines", IsXLogarithmic = true, IsYLogarithmic = true },
            new LineChart(
                "Megabytes a second, by lines of an order",
                "lines",
                [.. curves.Select(curve => curve.Line("MB/s", (summary, x) => ChartPoint.At(x, summary.MegabytesPerSecond)))]) { Name = "lines-bytes", IsXLogarithmic = true },
        ],
        _ =>
        [
            new LineChart("Orders a second, by processes on one queue", "processes", Rates(curves)) { Name = "replicas" },
            new LineChart("CPU an order, us, by processes on one queue", "processes", Cpu(curves)) { Name = "replicas-cpu" },
        ],
    };

    private static IReadOnlyList<ChartLine> Rates(IReadOnlyList<GrowthCurve> curves) =>
        [.. curves.Select(curve => curve.Line(curve.Series.Length > 0 ? curve.Series : "orders/s", (summary, x) => summary.RateAt(x)))];

    private static IReadOnlyList<ChartLine> Cpu(IReadOnlyList<GrowthCurve> curves) =>
    [
        .. curves.SelectMany(curve => new[]
        {
            curve.Line("worker", (summary, x) => ChartPoint.At(x, summary.ContestantMicroseconds)),
            curve.Line("broker", (summary, x) => ChartPoint.At(x, summary.BrokerMicroseconds)),
            curve.Line("database", (summary, x) => ChartPoint.At(x, summary.DatabaseMicroseconds)),
        }),
    ];
}
