using Worker.Operations.Systemd;

namespace UnitTests.Operations.Systemd;

public sealed class NotifySettingsTests
{
    private const int ProcessId = 4711;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("notify")]
    [InlineData("vsock:2:1234")]
    public void Without_a_local_socket_nobody_is_told(string? socket) => Assert.Null(Of(socket, watchdog: "30000000"));

    [Theory]
    [InlineData("30000000", null, 30.0)]
    [InlineData("30000000", "", 30.0)]
    [InlineData("30000000", "4711", 30.0)]
    [InlineData("30000000", "1", null)]
    [InlineData("0", null, null)]
    [InlineData("", null, null)]
    [InlineData("soon", null, null)]
    [InlineData(null, null, null)]
    public void The_watchdog_is_that_of_this_process(string? microseconds, string? pid, double? seconds)
    {
        var settings = Of("/run/systemd/notify", microseconds, pid)!;

        Assert.Equal(("/run/systemd/notify", seconds), (settings.Socket, settings.Watchdog?.TotalSeconds));
    }

    [Theory]
    [InlineData("3000000", 1.5)]
    [InlineData("20000000", 10)]
    [InlineData("600000000", 10)]
    [InlineData(null, 10)]
    public void There_are_at_least_two_messages_in_the_time_of_the_watchdog(string? microseconds, double seconds) =>
        Assert.Equal(seconds, Of("@notify", microseconds)!.Interval.TotalSeconds);

    private static NotifySettings? Of(string? socket, string? watchdog, string? pid = null) => NotifySettings.Of(
        name => name switch
        {
            "NOTIFY_SOCKET" => socket,
            "WATCHDOG_USEC" => watchdog,
            "WATCHDOG_PID" => pid,
            _ => throw new ArgumentException(name),
        },
        ProcessId);
}
