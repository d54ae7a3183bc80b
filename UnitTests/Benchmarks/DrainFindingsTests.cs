using Benchmarks;
using Benchmarks.Contestants;
using Benchmarks.Drain;
using Benchmarks.Results;

namespace UnitTests.Benchmarks;

public sealed class DrainFindingsTests
{
    private static readonly string Clean = Scenario.Clean(0).Name;
    private static readonly string Tls = Scenario.Tls(0).Name;
    private static readonly string Fast = Roster.Limit[0].Name;
    private static readonly string Slow = Roster.Limit[1].Name;
    private static readonly string Ours = Roster.Workers.Name;

    [Fact]
    public void The_limit_is_the_setting_with_the_best_median_and_ratios_are_taken_round_by_round()
    {
        var findings = From(
            Drain(1, Fast, 40_000), Drain(2, Fast, 50_000), Drain(3, Fast, 20_000),
            Drain(1, Slow, 30_000), Drain(2, Slow, 30_000), Drain(3, Slow, 60_000),
            Drain(1, Ours, 36_000), Drain(2, Ours, 40_000), Drain(3, Ours, 19_000));

        // 0.9, 0.8 and 0.95.
        Assert.Equal(0.9, Find(findings, Bars.DrainToLimit)!.Value!.Value, tolerance: 1e-9);
    }

    [Fact]
    public void One_lost_order_in_one_round_leaves_no_figure()
    {
        var findings = From(
            Drain(1, Fast, 40_000), Drain(2, Fast, 40_000),
            Drain(1, Ours, 36_000), Drain(2, Ours, 36_000) with { Disqualified = "lost 1 of 10 orders" });

        Assert.Equal("lost 1 of 10 orders", Find(findings, Bars.DrainToLimit)!.Problem);
        Assert.Equal("lost 1 of 10 orders", Find(findings, Bars.WorkerCpu)!.Problem);
        Assert.Contains(findings.Notes, note => note.Contains("round 2: lost 1 of 10 orders", StringComparison.Ordinal));
        Assert.Contains(findings.Tables.Single().Rows, row => row[0] == $"{Ours}, disqualified" && row[2] == "-");
    }

    [Fact]
    public void A_setting_of_the_limit_that_lost_an_order_is_not_the_limit()
    {
        var findings = From(
            Drain(1, Fast, 90_000) with { Disqualified = "lost 1 of 10 orders" }, Drain(1, Slow, 40_000), Drain(1, Ours, 20_000));

        Assert.Equal(0.5, Find(findings, Bars.DrainToLimit)!.Value);
    }

    [Fact]
    public void What_was_not_there_is_not_measured()
    {
        var findings = From(Drain(1, Ours, 20_000));

        Assert.Null(Find(findings, Bars.DrainToLimit));
        Assert.Null(Find(findings, Bars.ToMassTransitEfCore));
        Assert.Null(Find(findings, Bars.PeakMemory));
        Assert.Null(Find(findings, Bars.TlsToLimit));
        Assert.Null(Find(findings, Bars.TlsAllocation));
        Assert.NotNull(Find(findings, Bars.WorkerCpu));
    }

    [Fact]
    public void A_drain_over_tls_is_compared_with_the_c_program_over_tls()
    {
        var findings = From(
            Drain(1, Fast, 80_000), Drain(1, Ours, 40_000),
            Drain(1, Slow, 30_000) with { Scenario = Tls },
            Drain(1, Ours, 27_000) with { Scenario = Tls, AllocatedBytesAMessage = 50 });

        Assert.Equal(0.5, Find(findings, Bars.DrainToLimit)!.Value);
        Assert.Equal(0.9, Find(findings, Bars.TlsToLimit)!.Value);
        Assert.Equal(300, Find(findings, Bars.Allocation)!.Value);
        Assert.Equal(50, Find(findings, Bars.TlsAllocation)!.Value);
        Assert.Contains(findings.Tables, table => table.Title == $"Drain: {Tls}" && table.Rows.Count == 2);
    }

    [Fact]
    public void A_peer_is_held_against_our_clean_drain_of_the_same_round()
    {
        var findings = From(
            Drain(1, Ours, 30_000), Drain(2, Ours, 30_000),
            Drain(1, Roster.ClientEfCore.Name, 3_000), Drain(2, Roster.ClientEfCore.Name, 6_000));

        Assert.Equal(7.5, Find(findings, Bars.ToClientEfCore)!.Value);
    }

    [Fact]
    public void A_drain_that_was_disturbed_to_the_last_attempt_is_named()
    {
        var findings = From(Drain(1, Ours, 30_000) with { StolenShare = 0.03, OthersShare = 0.5 }, Drain(2, Ours, 30_000));

        Assert.Contains(findings.Notes, note => note.StartsWith("**Stolen time**: 3.0", StringComparison.Ordinal));
        Assert.Contains(findings.Notes, note => note.StartsWith("**Not alone**: in 1 of 2", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_table_row_has_as_many_cells_as_there_are_columns()
    {
        var findings = From(Drain(1, Ours, 30_000), Drain(1, Slow, 1) with { Disqualified = "x" });

        Assert.All(findings.Tables, table => Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count)));
    }

    private static Findings From(params DrainOutcome[] drains) => DrainFindings.From(drains, [], seed: 1, servers: []);

    private static Figure? Find(Findings findings, Bar bar) => findings.Figures.FirstOrDefault(figure => figure.Name == bar.Name);

    private static DrainOutcome Drain(int round, string contestant, double perSecond) => new()
    {
        Round = round,
        Contestant = contestant,
        Scenario = Clean,
        Messages = 10,
        PerSecond = perSecond,
        SteadyPerSecond = perSecond,
        ContestantMicroseconds = 8,
        AllocatedBytesAMessage = 300,
    };
}
