namespace Infrastructure.RabbitMq;

/// <summary>
/// Notices a bus that will not come back by itself: nothing of what it was given has been answered for longer than it waits between two attempts to connect.
/// </summary>
/// <param name="longest">How long is too long.</param>
/// <param name="time">Measures that.</param>
internal sealed class BusSilence(TimeSpan longest, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long? _since;

    /// <summary>Whether it is time for another bus. Said once; after that as much time passes again.</summary>
    public bool IsTooLong()
    {
        lock (_gate)
        {
            if (_since is not { } since || time.GetElapsedTime(since) < longest)
            {
                return false;
            }

            _since = null;
            return true;
        }
    }

    /// <summary>The broker has answered, whatever it was.</summary>
    public void Break()
    {
        lock (_gate)
        {
            _since = null;
        }
    }

    /// <summary>A publish was not answered.</summary>
    /// <param name="began">When it began, as <see cref="TimeProvider.GetTimestamp"/> has it.</param>
    public void Goes(long began)
    {
        lock (_gate)
        {
            _since ??= began;
        }
    }
}
