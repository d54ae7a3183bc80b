using System.Globalization;
using Benchmarks.Results;

namespace Benchmarks.Micro;

/// <summary>Turns the results into a table and a chart.</summary>
internal static class MicroFindings
{
    private const double NanosecondsPerSecond = 1e9;

    // A hundred lines would make everything else a hair's breadth.
    private const int MostLinesDrawn = 10;

    public static Findings From(IReadOnlyList<MicroResult> results) => new()
    {
        Figures = [],
        Tables =
        [
            new ResultTable(
                "Nanoseconds for one order",
                ["what", "lines", "mean", "+-", "median", "allocated B", "a second"],
                [.. results.Select(Row)]),
        ],
        Chart = new BarChart(
            "Nanoseconds for one order",
            [.. results.Where(result => result.Lines is null or <= MostLinesDrawn).Select(result => new ChartBar(
                Label(result), result.Nanoseconds, result.Nanoseconds - result.Margin, result.Nanoseconds + result.Margin, IsOurs: true))]),
        Runs = results,
        Servers = [],
        HasRounds = false,
        Notes =
        [
            "All run in one process, one after the other. The mean comes with half of its 99.9 % interval.",
            "`DecodePlain` and `DecodeEnvelope` go from a body to a finished row, every check and the content hash included; `WriteRow` is what of that is left when nothing has to be read. `Add` is the whole way of a delivery into a batch, as an order's share of a batch of 1,000. `Generate` is the producer's.",
            "What is a second here is one core that does nothing else; a lane has the broker's client and the database's beside it.",
        ],
    };

    private static string[] Row(MicroResult result) =>
    [
        $"`{result.Name}`",
        result.Lines?.ToString(CultureInfo.InvariantCulture) ?? "as generated",
        Numbers.Text(result.Nanoseconds),
        Numbers.Text(result.Margin),
        Numbers.Text(result.Median),
        result.AllocatedBytes.ToString("N0", CultureInfo.InvariantCulture),
        Numbers.Text(NanosecondsPerSecond / result.Nanoseconds),
    ];

    private static string Label(MicroResult result) => result.Lines is { } lines ? $"{result.Name}, {lines} line{(lines == 1 ? "" : "s")}" : result.Name;
}
