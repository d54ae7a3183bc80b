namespace Infrastructure.RabbitMq;

/// <summary>
/// Notices a bus that will not come back by itself: nothing of what it was given has been answered for longer than it waits between two attempts to connect.
/// </summary>
/// <param name="longest">How long is too long.</param>
/// <param name="time">Measures that.</param>
internal sealed class BusSilence(TimeSpan longest, TimeProvider time)
{
    // Under an alarm, for hours perhaps, a broker answers everything but publishes; and it does not notice the end of a connection that it has blocked. A
    // bus every minute would leave it as many of those.
    private const int MostTimes = 16;

    private readonly Lock _gate = new();
    private long? _since;
    private long _until;
    private long _broken = long.MinValue;
    private int _times = 1;

    /// <summary>
    /// Whether it is time for another bus. Said once; the next bus has twice as long, sixteen times at most, until there is an answer.
    /// </summary>
    /// <param name="silence">How long it has lasted.</param>
    public bool IsTooLong(out TimeSpan silence)
    {
        lock (_gate)
        {
            silence = _since is { } since ? time.GetElapsedTime(since, _until) : TimeSpan.Zero;
            if (silence < longest * _times)
            {
                return false;
            }

            EndNow();
            _times = Math.Min(2 * _times, MostTimes);
            return true;
        }
    }

    /// <summary>The broker has answered, whatever it was, or it could not be asked: what was not answered before does not count.</summary>
    public void Break()
    {
        lock (_gate)
        {
            EndNow();
            _times = 1;
        }
    }

    /// <summary>A publish was not answered until now.</summary>
    /// <param name="began">When it began, as <see cref="TimeProvider.GetTimestamp"/> has it.</param>
    public void Goes(long began)
    {
        lock (_gate)
        {
            if (began < _broken)
            {
                return;
            }

            // Nobody knows what would have been answered while nobody asked.
            var now = time.GetTimestamp();
            if (_since is null || time.GetElapsedTime(_until, now) > longest)
            {
                _since = began;
            }

            _until = now;
        }
    }

    private void EndNow() => (_since, _broken) = (null, time.GetTimestamp());
}
