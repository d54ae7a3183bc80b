using Producer.Generate;
using UnitTests.Support;

namespace UnitTests.Producer;

public sealed class OpenLoopScheduleTests
{
    [Fact]
    public async Task What_is_late_is_due_when_it_should_have_been()
    {
        var time = new FakeTimeProvider();
        var start = time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000;
        var schedule = new OpenLoopSchedule(ordersPerSecond: 100, time);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(start, await schedule.WaitForAsync(0, default));
        Assert.Equal(start + 10_000, await schedule.WaitForAsync(1, default));
        Assert.Equal(start + 5_000_000, await schedule.WaitForAsync(500, default));
    }

    [Fact]
    public void What_is_early_waits()
    {
        var time = new RecordingTimeProvider();
        var schedule = new OpenLoopSchedule(ordersPerSecond: 100, time);

        var due = schedule.WaitForAsync(1, default);
        Assert.False(due.IsCompleted);
        Assert.Equal(TimeSpan.FromMilliseconds(10), time.LastDue);
    }
}
