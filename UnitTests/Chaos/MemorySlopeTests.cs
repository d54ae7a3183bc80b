using Chaos;

namespace UnitTests.Chaos;

public sealed class MemorySlopeTests
{
    private readonly MemorySlope _slope = new();

    [Fact]
    public void Processes_that_begin_at_different_heights_have_one_slope()
    {
        Live(pid: 1, minutes: 20, from: 100, anHour: 6);
        Live(pid: 2, minutes: 15, from: 140, anHour: 6);

        Assert.Equal(6, _slope.MegabytesAnHour!.Value, precision: 6);
        Assert.Equal(2, _slope.LongLives);
        Assert.InRange(_slope.PeakMegabytes, 141, 142);
    }

    [Fact]
    public void The_first_minutes_do_not_count()
    {
        _slope.Add(pid: 1, TimeSpan.Zero, 10);
        _slope.Add(pid: 1, TimeSpan.FromMinutes(2.9), 90);
        Live(pid: 1, minutes: 20, from: 100, anHour: 0);

        Assert.Equal(0, _slope.MegabytesAnHour!.Value, precision: 6);
    }

    [Fact]
    public void Who_lives_for_less_than_ten_minutes_says_nothing()
    {
        Live(pid: 1, minutes: 9, from: 100, anHour: 600);
        Assert.Null(_slope.MegabytesAnHour);

        Live(pid: 2, minutes: 20, from: 100, anHour: 6);
        Assert.Equal(6, _slope.MegabytesAnHour!.Value, precision: 6);
        Assert.Equal(1, _slope.LongLives);
    }

    private void Live(int pid, int minutes, double from, double anHour)
    {
        for (var minute = 3; minute <= minutes; minute++)
        {
            _slope.Add(pid, TimeSpan.FromMinutes(minute), from + (anHour * minute / 60));
        }
    }
}
