using Benchmarks;
using Benchmarks.Results;

namespace UnitTests.Benchmarks;

public sealed class BarTests
{
    private static readonly Bar Rate = new("drain.rate", "Rate", "", Direction.AtLeast, 0.85, 0.95);
    private static readonly Bar Cpu = new("drain.cpu", "CPU", "us", Direction.AtMost, 10, 6);

    [Theory]
    [InlineData(0.84, Judgement.Missed)]
    [InlineData(0.85, Judgement.Met)]
    [InlineData(0.95, Judgement.Aimed)]
    [InlineData(double.NaN, Judgement.Missed)]
    internal void At_least_wants_more(double value, Judgement judgement) => Assert.Equal(judgement, Rate.Judge(Rate.Figure(value)));

    [Theory]
    [InlineData(10.1, Judgement.Missed)]
    [InlineData(10, Judgement.Met)]
    [InlineData(6, Judgement.Aimed)]
    internal void At_most_wants_less(double value, Judgement judgement) => Assert.Equal(judgement, Cpu.Judge(Cpu.Figure(value)));

    [Fact]
    public void What_was_not_measured_is_neither_met_nor_missed() => Assert.Equal(Judgement.NotMeasured, Rate.Judge(null));

    [Fact]
    public void What_was_disqualified_is_missed() => Assert.Equal(Judgement.Missed, Rate.Judge(Rate.Disqualified("lost an order")));

    [Fact]
    public void The_check_names_every_bar_and_what_was_seen()
    {
        var verdicts = Check.Hold([Rate.Figure(0.5), Cpu.Figure(5)], [Rate, Cpu, Bars.LatencyP50]);

        Assert.False(Check.Passes(verdicts));
        var text = Check.Text(verdicts);
        Assert.Matches(@"Rate +\| +0\.500 \| +>= 0\.85 \| +MISSED", text);
        Assert.Matches(@"CPU +\| +5\.00 us \| +<= 10 us \| +aim reached", text);
        Assert.Contains("1 met, 1 missed, 1 not measured", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_missed_passes() => Assert.True(Check.Passes(Check.Hold([Cpu.Figure(7)], [Rate, Cpu])));

    [Fact]
    public void Nothing_measured_does_not_pass() => Assert.False(Check.Passes(Check.Hold([], [Rate, Cpu])));

    [Fact]
    public void Every_bar_has_a_name_of_its_own_and_an_aim_beyond_it()
    {
        Assert.Equal(Bars.All.Count, Bars.All.Select(bar => bar.Name).Distinct().Count());
        Assert.All(Bars.All, bar => Assert.True(bar.Direction == Direction.AtLeast ? bar.Aim >= bar.Limit : bar.Aim <= bar.Limit, bar.Name));
    }
}
