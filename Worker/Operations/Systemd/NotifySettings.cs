using System.Globalization;

namespace Worker.Operations.Systemd;

/// <summary>What a service manager that wants to be told has put into the environment.</summary>
/// <param name="Socket">Where it listens: a path, or an <c>@</c> and the name of an abstract socket.</param>
/// <param name="Watchdog">After which silence it kills the process; <see langword="null"/> if it does not watch.</param>
internal sealed record NotifySettings(string Socket, TimeSpan? Watchdog)
{
    // The status of a worker that nobody watches need not be younger.
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(10);

    /// <summary>Between two messages: at least two in the time of the watchdog.</summary>
    public TimeSpan Interval => Watchdog is { } watchdog && watchdog / 2 < LongestInterval ? watchdog / 2 : LongestInterval;

    /// <returns><see langword="null"/> when nobody wants to be told.</returns>
    public static NotifySettings? Of(Func<string, string?> environment, int processId)
    {
        if (environment("NOTIFY_SOCKET") is not { Length: > 1 } socket || socket[0] is not ('/' or '@'))
        {
            return null;
        }

        // A process that was started by the one that is watched inherits the variables, and is not meant.
        var isMeant = environment("WATCHDOG_PID") is not { Length: > 0 } pid || pid == processId.ToString(CultureInfo.InvariantCulture);
        var isWatched = long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            && microseconds > 0;
        return new NotifySettings(socket, isMeant && isWatched ? TimeSpan.FromMicroseconds(microseconds) : null);
    }
}
