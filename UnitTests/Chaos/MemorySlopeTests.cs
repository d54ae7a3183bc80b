using Chaos;

namespace UnitTests.Chaos;

public sealed class MemorySlopeTests
{
    [Fact]
    public void Processes_that_begin_at_different_heights_have_one_slope()
    {
        var slope = new MemorySlope();
        for (var minute = 2; minute < 20; minute++)
        {
            slope.Add(pid: 1, TimeSpan.FromMinutes(minute), 100 + (6.0 * minute / 60));
            slope.Add(pid: 2, TimeSpan.FromMinutes(minute), 140 + (6.0 * minute / 60));
        }

        Assert.Equal(6, slope.MegabytesAnHour!.Value, precision: 6);
        Assert.InRange(slope.PeakMegabytes, 141, 142);
    }

    [Fact]
    public void The_first_minute_does_not_count()
    {
        var slope = new MemorySlope();
        slope.Add(pid: 1, TimeSpan.FromSeconds(1), 10);
        slope.Add(pid: 1, TimeSpan.FromSeconds(59), 90);

        Assert.Null(slope.MegabytesAnHour);
    }
}
