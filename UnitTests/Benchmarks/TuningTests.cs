using Benchmarks.Drain;
using Benchmarks.Latency;
using Benchmarks.Results;
using Benchmarks.Servers;
using Benchmarks.Tuning;
using Worker.Intake;

namespace UnitTests.Benchmarks;

public sealed class TuningTests
{
    private static readonly TuningSetting Installed = TuningSetting.Default;
    private static readonly TuningSetting LongLinger = Installed with { Linger = 7 };
    private static readonly TuningSetting OneLane = Installed with { Lanes = 1 };

    [Fact]
    public void What_is_installed_is_in_every_part_of_the_sweep()
    {
        foreach (var plan in new[] { new TuningPlan(isQuick: true), new TuningPlan(isQuick: false) })
        {
            Assert.Contains(Installed, plan.Grid());
            Assert.Contains(Installed, plan.Prefetches([OneLane]));
            Assert.Contains(Installed, plan.Paced());
        }
    }

    [Fact]
    public void Nothing_is_tried_that_the_worker_would_refuse()
    {
        var largest = Installed with { Lanes = 4, MaxBatch = IntakeOptions.LargestMaxBatch };

        var settings = new TuningPlan(isQuick: false).Prefetches([largest]);

        Assert.All(settings, setting => Assert.InRange(setting.Prefetch, 2 * setting.MaxBatch, IntakeOptions.MaxPrefetch));
        Assert.Contains(settings, setting => setting.MaxBatch == largest.MaxBatch);
        Assert.Distinct(settings);
    }

    [Fact]
    public void A_setting_reaches_the_worker_as_arguments() =>
        Assert.Equal(
            ["--lanes", "3", "--batch", "500", "--prefetch", "1000", "--linger-ms", "5"],
            new TuningSetting(Lanes: 3, MaxBatch: 500, Multiple: 2, Linger: 5).Contestant.Arguments[^8..]);

    [Fact]
    public void The_best_of_each_load_is_named_with_how_far_the_installed_one_is_from_it()
    {
        var findings = From(
            [Drain(Installed, 40_000), Drain(OneLane, 30_000)],
            [Pace(Installed, p99: 10), Pace(LongLinger, p99: 8)]);

        var rows = findings.Tables[^1].Rows;
        Assert.Equal(["full queue, orders/s", Installed.LanesAndBatch, "40,000", "40,000", "0 %"], rows[0]);
        Assert.Equal(["10,000 orders/s, p99 ms", LongLinger.LingerText, "8.00", "10.0", "**20 %**"], rows[2]);
    }

    [Fact]
    public void A_setting_that_lost_an_order_is_in_no_chart_and_never_the_best()
    {
        var lost = Drain(OneLane, 90_000);

        var findings = From([Drain(Installed, 40_000), lost with { Drain = lost.Drain with { Disqualified = "lost 1 of 10 orders" } }], []);

        Assert.Equal(Installed.LanesAndBatch, findings.Tables[^1].Rows[0][1]);
        Assert.Single(((LineChart)findings.Chart).Lines.SelectMany(line => line.Points));
        Assert.Contains(findings.Notes, note => note.Contains("lost 1 of 10 orders", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_table_row_has_as_many_cells_as_there_are_columns_and_every_chart_a_name_of_its_own()
    {
        var findings = From([Drain(Installed, 40_000)], [Pace(Installed, p99: 10)]);

        Assert.All(findings.Tables, table => Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count)));
        Assert.Distinct(findings.Charts.Select(chart => chart.FileName("tuning")));
    }

    private static Findings From(IReadOnlyList<TunedDrain> grid, IReadOnlyList<TunedPace> paces) =>
        TuningFindings.From(grid, grid, paces, seed: 1, servers: []);

    private static TunedDrain Drain(TuningSetting setting, double perSecond) => new(setting, new DrainOutcome
    {
        Round = 1,
        Contestant = setting.Name,
        Scenario = "plain JSON",
        Messages = 1_000,
        PerSecond = perSecond,
        DatabaseMicroseconds = 10,
        Commits = 1,
    });

    private static TunedPace Pace(TuningSetting setting, double p99) => new(setting, new LatencyOutcome
    {
        Round = 1,
        Contestant = setting.Name,
        PerSecond = 10_000,
        Messages = 1_000,
        Latency = new CommitLatency(1_000, 1, 2, p99, 20, 30),
        Commits = 50,
        Spent = new Spent(10, 10, 10, 10, 0, 0),
    });
}
