using Chaos;

namespace UnitTests.Chaos;

public sealed class MemorySlopeTests
{
    private readonly MemorySlope _slope = new();

    [Fact]
    public void Processes_that_begin_at_different_heights_have_one_slope()
    {
        Live(pid: 1, minutes: 20, minute => 100 + (6 * minute / 60.0));
        Live(pid: 2, minutes: 15, minute => 140 + (6 * minute / 60.0));

        Assert.Equal(6, _slope.Slope!.Value.MegabytesAnHour, precision: 6);
        Assert.Equal(0, _slope.Slope!.Value.Uncertainty, precision: 6);
        Assert.Equal(2, _slope.Lives);
    }

    [Fact]
    public void The_first_third_of_a_life_does_not_count()
    {
        Live(pid: 1, minutes: 30, minute => minute < 10 ? 10 * minute : 100);

        Assert.Equal(0, _slope.Slope!.Value.MegabytesAnHour, precision: 6);
    }

    [Fact]
    public void What_goes_up_and_down_leaves_a_slope_uncertain()
    {
        Live(pid: 1, minutes: 30, minute => 100 + (20 * (minute % 2)));

        var slope = _slope.Slope!.Value;
        Assert.InRange(Math.Abs(slope.MegabytesAnHour), 0, slope.Uncertainty);
        Assert.InRange(slope.Uncertainty, 10, 200);
    }

    [Fact]
    public void Who_lives_for_less_than_ten_minutes_says_nothing()
    {
        Live(pid: 1, minutes: 9, minute => 10 * minute);
        Assert.Null(_slope.Slope);

        Live(pid: 2, minutes: 20, minute => 100 + (6 * minute / 60.0));
        Assert.Equal(6, _slope.Slope!.Value.MegabytesAnHour, precision: 6);
        Assert.Equal(1, _slope.Lives);
    }

    private void Live(int pid, int minutes, Func<int, double> megabytesAt)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            _slope.Add(pid, TimeSpan.FromMinutes(minute), megabytesAt(minute));
            _slope.Add(pid, TimeSpan.FromMinutes(minute + 0.5), megabytesAt(minute));
        }
    }
}
