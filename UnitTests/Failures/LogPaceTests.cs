using UnitTests.Support;
using Worker.Failures;

namespace UnitTests.Failures;

public sealed class LogPaceTests
{
    [Fact]
    public void The_first_time_is_told_at_once_and_the_next_ones_together()
    {
        var time = new FakeTimeProvider();
        var pace = new LogPace(TimeSpan.FromSeconds(1), time);

        Assert.True(pace.IsDue(2, out var first));
        Assert.False(pace.IsDue(3, out _));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(pace.IsDue(4, out var second));

        Assert.Equal((2, 7), (first, second));
    }
}
