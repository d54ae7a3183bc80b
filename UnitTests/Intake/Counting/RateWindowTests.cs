using UnitTests.Support;
using Worker.Intake;
using Worker.Intake.Counting;

namespace UnitTests.Intake.Counting;

public sealed class RateWindowTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RateWindow _window;

    public RateWindowTests()
    {
        _window = new RateWindow(_time);
    }

    [Fact]
    public void Nothing_is_known_before_the_first_second_is_over()
    {
        _window.Add(1000);

        Assert.Equal(0, _window.PerSecond());
    }

    [Fact]
    public void A_young_window_is_divided_by_its_age()
    {
        _window.Add(100);
        Pass(1);
        _window.Add(300);
        Pass(1);

        Assert.Equal(200, _window.PerSecond());
    }

    [Fact]
    public void The_current_second_does_not_count_yet()
    {
        _window.Add(100);
        Pass(1);
        _window.Add(1_000_000);

        Assert.Equal(100, _window.PerSecond());
    }

    [Fact]
    public void A_steady_rate_is_that_rate()
    {
        for (var second = 0; second < 60; second++)
        {
            _window.Add(70);
            Pass(1);
        }

        Assert.Equal(70, _window.PerSecond());
    }

    [Fact]
    public void What_is_older_than_ten_seconds_is_forgotten()
    {
        _window.Add(500);
        Pass(10);
        Assert.Equal(50, _window.PerSecond());

        Pass(1);
        Assert.Equal(0, _window.PerSecond());
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(1000)]
    public void A_long_silence_leaves_nothing_behind(int seconds)
    {
        for (var second = 0; second < 15; second++)
        {
            _window.Add(100);
            Pass(1);
        }

        Pass(seconds);

        Assert.Equal(0, _window.PerSecond());
    }

    [Fact]
    public void Any_history_gives_the_sum_of_the_last_ten_whole_seconds() => ForAny.Case(
        choices => Enumerable.Range(0, choices.Between(1, 60)).Select(_ => (Wait: choices.Below(5) * choices.Below(4), Count: choices.Below(100))).ToArray(),
        history => string.Join(", ", history),
        AssertSumOfHistory,
        cases: 500);

    private static void AssertSumOfHistory((int Wait, int Count)[] history)
    {
        var time = new FakeTimeProvider();
        var window = new RateWindow(time);
        var perSecond = new Dictionary<int, long>();
        var now = 0;
        foreach (var (wait, count) in history)
        {
            now += wait;
            time.Advance(TimeSpan.FromSeconds(wait));
            window.Add(count);
            perSecond[now] = perSecond.GetValueOrDefault(now) + count;
        }

        var expected = perSecond.Where(entry => entry.Key < now && entry.Key >= now - RateWindow.Seconds).Sum(entry => entry.Value);
        Assert.Equal(now == 0 ? 0 : expected / (double)Math.Min(now, RateWindow.Seconds), window.PerSecond(), precision: 9);
    }

    private void Pass(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
