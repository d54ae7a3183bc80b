using Benchmarks.Drain;

namespace UnitTests.Benchmarks;

public sealed class DrainSummaryTests
{
    [Fact]
    public void Rounds_become_medians()
    {
        var summary = new DrainSummary([Drain(30_000), Drain(10_000), Drain(20_000)], seed: 1);

        Assert.Equal(20_000, summary.PerSecond);
        Assert.Equal(100, summary.RowsACommit);
        Assert.Equal(8, summary.MegabytesPerSecond);
        Assert.True(summary.Low < summary.PerSecond && summary.PerSecond < summary.High);
        Assert.Equal(20_000, summary.RateAt(5)!.Y);
    }

    [Fact]
    public void Whoever_was_disqualified_once_has_no_figures()
    {
        var summary = new DrainSummary([Drain(30_000), Drain(30_000) with { Disqualified = "lost 1 of 10 orders" }], seed: 1);

        Assert.Null(summary.PerSecond);
        Assert.Null(summary.RateAt(1));
        Assert.Equal("-", summary.RateText);
    }

    private static DrainOutcome Drain(double perSecond) => new()
    {
        Round = 1,
        Contestant = "c",
        Scenario = "s",
        Messages = 1_000,
        BytesAMessage = 400,
        PerSecond = perSecond,
        Commits = 10,
    };
}
