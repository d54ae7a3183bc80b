using Benchmarks.Drain;
using Benchmarks.Growth;
using Benchmarks.Results;
using Benchmarks.Servers;

namespace UnitTests.Benchmarks;

public sealed class GrowthTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_case_is_there_once_and_every_part_has_more_than_one(bool isQuick)
    {
        var cases = GrowthPlan.Cases(isQuick);

        Assert.Distinct(cases.Select(which => which.Name));
        Assert.All(Enum.GetValues<GrowthPart>(), part => Assert.True(cases.Count(which => which.Part == part) > 1));
    }

    [Fact]
    public void A_case_changes_one_thing_only()
    {
        var lines = new GrowthCase { Part = GrowthPart.Lines, Size = 100, Orders = 1 };
        var replicas = new GrowthCase { Part = GrowthPart.Replicas, Size = 4, Orders = 1 };
        var table = new GrowthCase { Part = GrowthPart.Table, Size = 1_000, Orders = 1, RandomIds = true };

        Assert.Equal((100, 1, 0), (lines.Scenario.Backlog.Lines, lines.Contestant.Processes, lines.EarlierRows));
        Assert.Equal((null, 4, 0), (replicas.Scenario.Backlog.Lines, replicas.Contestant.Processes, replicas.EarlierRows));
        Assert.Equal((true, 1, 1_000), (table.Scenario.Backlog.RandomIds, table.Contestant.Processes, table.EarlierRows));
    }

    [Fact]
    public void The_largest_is_held_against_the_smallest_of_the_same_round()
    {
        var (small, large) = (Table(0), Table(1_000));

        var findings = GrowthFindings.From(
            [Drain(1, small, 40_000), Drain(1, large, 20_000), Drain(2, small, 20_000), Drain(2, large, 18_000), Drain(3, small, 10_000), Drain(3, large, 7_000)],
            seed: 1,
            servers: []);

        // 0.5, 0.9 and 0.7.
        Assert.Equal(0.7, Assert.Single(((BarChart)findings.Chart).Bars).Value, tolerance: 1e-9);
    }

    [Fact]
    public void What_lost_an_order_has_no_point()
    {
        var lost = Drain(1, Table(1_000), 20_000);

        var findings = GrowthFindings.From(
            [Drain(1, Table(0), 40_000), lost with { Drain = lost.Drain with { Disqualified = "lost 1 of 10 orders" } }], seed: 1, servers: []);

        Assert.Empty(((BarChart)findings.Chart).Bars);
        Assert.Single(((LineChart)findings.Tables.Single().Charts[0]).Lines.Single().Points);
    }

    [Fact]
    public void Every_part_has_a_table_with_a_reason_and_charts_with_names_of_their_own()
    {
        var findings = GrowthFindings.From([.. GrowthPlan.Cases(isQuick: true).Select(which => Drain(1, which, 10_000))], seed: 1, servers: []);

        Assert.Equal(4, findings.Tables.Count);
        Assert.All(findings.Tables, table => Assert.NotNull(table.Text));
        Assert.All(findings.Tables, table => Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count)));
        Assert.Distinct(findings.Charts.Select(chart => chart.FileName("growth")));
    }

    [Fact]
    public void New_rows_are_looked_for_from_the_last_page_of_the_earlier_ones()
    {
        Assert.StartsWith("ctid >= '(41,0)' and ", new EarlierRows("template", Pages: 42).OthersAtTheEnd, StringComparison.Ordinal);
        Assert.StartsWith("ctid >= '(0,0)' and ", new EarlierRows("template", Pages: 0).OthersAtTheEnd, StringComparison.Ordinal);
    }

    private static GrowthCase Table(int rows) => new() { Part = GrowthPart.Table, Size = rows, Orders = 10 };

    private static GrowthDrain Drain(int round, GrowthCase which, double perSecond) => new(which, new DrainOutcome
    {
        Round = round,
        Contestant = which.Contestant.Name,
        Scenario = which.Name,
        Messages = 10,
        BytesAMessage = 400,
        PerSecond = perSecond,
        Commits = 1,
    });
}
