namespace Infrastructure.RabbitMq.Publishing;

/// <summary>Decides when a channel counts as silent and when everything is given up.</summary>
internal sealed class Patience(ConfirmedPublisherOptions options, OutstandingPublishes books, TimeProvider time)
{
    /// <summary>How long outstanding confirms are still waited for once the caller is in a hurry.</summary>
    public static readonly TimeSpan WhenHurried = TimeSpan.FromSeconds(5);

    private const long Never = long.MaxValue;

    private long _hurriedAt = Never;
    private volatile string? _stopped;

    /// <summary>
    /// The broker owes confirms and sends none. A single one that never comes while others do is found by the age of the oldest;
    /// by then it is long overdue.
    /// </summary>
    public bool IsBrokerSilent => books.Silence() >= options.ConfirmTimeout || books.OldestAge() >= options.GiveUpAfter;

    /// <summary>From now on there are only seconds left.</summary>
    public void Hurry() => Volatile.Write(ref _hurriedAt, time.GetTimestamp());

    /// <summary>There is no time left at all.</summary>
    public void Stop(string reason) => _stopped ??= reason;

    /// <summary>Why all that is outstanding is to be given up; <see langword="null"/> while there is hope.</summary>
    /// <param name="trouble">What is known to be wrong, to be said with it.</param>
    public string? ReasonToGiveUp(string? trouble)
    {
        if (_stopped is { } reason)
        {
            return reason;
        }

        var hurriedAt = Volatile.Read(ref _hurriedAt);
        if (hurriedAt != Never && time.GetElapsedTime(hurriedAt) >= WhenHurried)
        {
            return "interrupted before the broker confirmed it";
        }

        return books.WithoutConfirm() < options.GiveUpAfter
            ? null
            : $"nothing was confirmed for {options.GiveUpAfter.TotalSeconds:0.#} s" + (trouble is null ? "" : $"; {trouble}");
    }
}
