using System.Globalization;

namespace Worker.Operations.Systemd;

/// <summary>What systemd has put into the environment about its watchdog, which the package for systemd does not read.</summary>
/// <param name="Watchdog">After which silence it kills the process; <see langword="null"/> if it does not watch.</param>
internal sealed record WatchdogSettings(TimeSpan? Watchdog)
{
    // The status of a worker that nobody watches need not be younger.
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(10);

    /// <summary>Between two messages: at least two in the time of the watchdog.</summary>
    public TimeSpan Interval => Watchdog is { } watchdog && watchdog / 2 < LongestInterval ? watchdog / 2 : LongestInterval;

    public static WatchdogSettings Of(Func<string, string?> environment, int processId)
    {
        // A process that was started by the one that is watched inherits the variables, and is not meant.
        var isMeant = environment("WATCHDOG_PID") is not { Length: > 0 } pid || pid == processId.ToString(CultureInfo.InvariantCulture);
        var isWatched = long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            && microseconds > 0;
        return new WatchdogSettings(isMeant && isWatched ? TimeSpan.FromMicroseconds(microseconds) : null);
    }
}
