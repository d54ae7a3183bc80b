using Worker.Operations.Systemd;

namespace UnitTests.Operations.Systemd;

public sealed class WatchdogSettingsTests
{
    private const int ProcessId = 4711;

    [Theory]
    [InlineData("30000000", null, 30.0)]
    [InlineData("30000000", "", 30.0)]
    [InlineData("30000000", "4711", 30.0)]
    [InlineData("30000000", "1", null)]
    [InlineData("0", null, null)]
    [InlineData("", null, null)]
    [InlineData("soon", null, null)]
    [InlineData(null, null, null)]
    public void The_watchdog_is_that_of_this_process(string? microseconds, string? pid, double? seconds) =>
        Assert.Equal(seconds, Of(microseconds, pid).Watchdog?.TotalSeconds);

    [Theory]
    [InlineData("3000000", 1.5)]
    [InlineData("20000000", 10)]
    [InlineData("600000000", 10)]
    [InlineData(null, 10)]
    public void There_are_at_least_two_messages_in_the_time_of_the_watchdog(string? microseconds, double seconds) =>
        Assert.Equal(seconds, Of(microseconds).Interval.TotalSeconds);

    private static WatchdogSettings Of(string? watchdog, string? pid = null) => WatchdogSettings.Of(
        name => name switch
        {
            "WATCHDOG_USEC" => watchdog,
            "WATCHDOG_PID" => pid,
            _ => throw new ArgumentException(name),
        },
        ProcessId);
}
