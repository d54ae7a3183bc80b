using System.Xml.Linq;
using Benchmarks;
using Benchmarks.Growth;
using Benchmarks.Results;
using Benchmarks.Tuning;

namespace UnitTests.Benchmarks;

public sealed class ReportTests
{
    [Fact]
    public void A_table_is_padded_and_its_numbers_stand_to_the_right() => Assert.Equal(
        """
        | name | orders/s |
        |------|---------:|
        | C    |   40,000 |
        | a\|b |       12 |

        """,
        MarkdownTable.Write(["name", "orders/s"], [["C", "40,000"], ["a|b", "12"]]),
        ignoreLineEndingDifferences: true);

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(0.12345, "0.123")]
    [InlineData(1.5, "1.50")]
    [InlineData(42.42, "42.4")]
    [InlineData(123.4, "123")]
    [InlineData(12345.6, "12,346")]
    public void A_number_has_the_digits_that_mean_something(double value, string text) => Assert.Equal(text, Numbers.Text(value));

    [Fact]
    public void A_figure_is_written_with_its_interval()
    {
        Assert.Equal("0.860 (0.810 to 0.900)", Numbers.Text(new Figure("f", 0.86, 0.81, 0.9, null)));
        Assert.Equal("0.860", Numbers.Text(new Figure("f", 0.86, 0.86, 0.86, null)));
        Assert.Equal("disqualified: lost 1", Numbers.Text(new Figure("f", null, null, null, "lost 1")));
    }

    [Fact]
    public void A_chart_is_xml_whatever_its_labels_hold()
    {
        var chart = new BarChart("a < b & c", [new ChartBar("<ours>", 10, 8, 12, IsOurs: true), new ChartBar("none", 0)]);

        var svg = XDocument.Parse(chart.ToSvg()).Root!;

        Assert.Equal("svg", svg.Name.LocalName);
        Assert.Equal(2, svg.Elements().Count(element => element.Name.LocalName == "rect"));
        Assert.Single(svg.Elements(), element => element.Name.LocalName == "line");
        Assert.Contains(svg.Elements(), element => element.Value == "<ours>");
    }

    [Fact]
    public void An_empty_chart_is_a_chart() => Assert.NotNull(XDocument.Parse(new BarChart("nothing", []).ToSvg()).Root);

    [Fact]
    public void Figures_are_read_back_from_the_file_as_they_were_written()
    {
        Figure[] figures = [Bars.WorkerCpu.Figure(8.25, 8, 9), Bars.DrainToLimit.Disqualified("lost 1 of 2 orders")];

        Assert.Equal(figures, ResultFiles.Figures(ResultFiles.Json(ReportOf(figures))));
    }

    [Fact]
    public void The_raw_runs_go_into_the_file_with_all_they_have() =>
        Assert.Contains("\"rate\": 41.5", ResultFiles.Json(ReportOf([])), StringComparison.Ordinal);

    [Fact]
    public void A_run_says_what_was_set_and_not_where_programs_lie()
    {
        object[] runs =
        [
            new TuningSetting(Lanes: 1, MaxBatch: 500, Multiple: 4, Linger: 2),
            new GrowthCase { Part = GrowthPart.Replicas, Size = 4, Orders = 1 },
        ];

        var json = ResultFiles.Json(ReportOf([], runs));

        Assert.Contains("\"maxBatch\": 500", json, StringComparison.Ordinal);
        Assert.DoesNotContain(AppContext.BaseDirectory, json, StringComparison.Ordinal);
        Assert.DoesNotContain("program", json, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_page_names_machine_servers_and_every_bar_of_the_measure()
    {
        var page = MarkdownReport.Write(ReportOf([Bars.WorkerCpu.Figure(8.25)]));

        Assert.Contains("Some CPU, 2 cores, 16 GB", page, StringComparison.Ordinal);
        Assert.Contains("- A broker 1.0", page, StringComparison.Ordinal);
        Assert.Contains("![Orders a second](drain.svg)", page, StringComparison.Ordinal);
        Assert.All(Bars.All.Where(bar => bar.Measure == "drain"), bar => Assert.Contains(bar.Title, page, StringComparison.Ordinal));
        Assert.DoesNotContain(Bars.LatencyP50.Title, page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_brings_its_text_and_its_charts_and_a_measure_without_bars_has_no_table_of_them()
    {
        var report = ReportOf([]);
        var table = new ResultTable("Rows", ["rows", "orders/s"], [["0", "1"]])
        {
            Text = "Because.",
            Charts = [new LineChart("By rows", "rows", []) { Name = "rows" }],
        };

        var page = MarkdownReport.Write(report with { Measure = "growth", Findings = report.Findings with { Tables = [table] } });

        Assert.Contains("## Rows\n\nBecause.\n\n![By rows](growth-rows.svg)\n\n| rows", page, StringComparison.Ordinal);
        Assert.Contains("![Orders a second](growth.svg)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Against the bars", page, StringComparison.Ordinal);
    }

    private static Report ReportOf(IReadOnlyList<Figure> figures, params IReadOnlyList<object> runs) => new()
    {
        Measure = "drain",
        Description = "How fast.",
        Date = new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero),
        Quick = false,
        Rounds = 5,
        Seed = 1,
        Machine = new MachineDescription("Some CPU", 2, 16, "6.1", "Some Linux", ".NET 10"),
        Findings = new Findings
        {
            Figures = figures,
            Tables = [new ResultTable("Drain", ["who", "orders/s"], [["C", "1"]])],
            Chart = new BarChart("Orders a second", []),
            Runs = [new { Rate = 41.5 }, .. runs],
            Servers = ["A broker 1.0"],
        },
    };
}
