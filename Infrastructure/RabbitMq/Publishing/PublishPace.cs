namespace Infrastructure.RabbitMq.Publishing;

/// <summary>
/// How much is sent after the broker refused something, and when: half as much after a pause, then double again with every quiet
/// spell. A full queue is offered what its consumers make room for, not the whole window over and over.
/// </summary>
internal sealed class PublishPace(int window, TimeProvider time)
{
    private const int LeastLimit = 16;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly int _window = window;
    private TimeSpan _pause = FirstPause;
    private TimeSpan _pausing = TimeSpan.Zero;
    private long _since;

    /// <summary>Most messages in flight.</summary>
    public int Limit { get; private set; } = window;

    /// <summary>What is left of the pause; zero when there is none.</summary>
    public TimeSpan PauseLeft
    {
        get
        {
            var left = _pausing - time.GetElapsedTime(_since);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>The broker refused messages. What follows within the pause was on its way already and counts as the same refusal.</summary>
    /// <returns>Whether this is the first refusal of a series.</returns>
    public bool Refused()
    {
        if (PauseLeft > TimeSpan.Zero)
        {
            return false;
        }

        var isFirst = Limit == _window && _pause == FirstPause;
        (_pausing, _since) = (_pause, time.GetTimestamp());
        _pause = Min(_pause * 2, LongestPause);
        Limit = Math.Min(_window, Math.Max(LeastLimit, Limit / 2));
        return isFirst;
    }

    /// <summary>The broker refused nothing since the last look.</summary>
    /// <returns>Whether all is as if it had never refused anything.</returns>
    public bool Quiet()
    {
        var isFull = Limit == _window && _pause == FirstPause;
        if (isFull || time.GetElapsedTime(_since) < _pausing + FirstPause)
        {
            return isFull;
        }

        (_pausing, _since) = (TimeSpan.Zero, time.GetTimestamp());
        _pause = Limit == _window ? FirstPause : _pause;
        Limit = (int)Math.Min(_window, Limit * 2L);
        return false;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
