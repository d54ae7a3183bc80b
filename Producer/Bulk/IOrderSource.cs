using Infrastructure.RabbitMq.Publishing;

namespace Producer.Bulk;

/// <summary>Where the orders of a bulk command come from.</summary>
internal interface IOrderSource
{
    /// <summary>What was counted so far.</summary>
    Tally Tally { get; }

    /// <summary>How much is done, of how much. The total is <see langword="null"/> when nobody knows.</summary>
    (long Done, long? Total) Progress { get; }

    /// <summary>Hands every order to the sink, until there is none left or <paramref name="stop"/> is set.</summary>
    Task FeedAsync(OrderSink sink, CancellationToken stop);

    /// <summary>An order it handed over was given up; the body is what was handed over. Called from another thread.</summary>
    void OnUnconfirmed(UnconfirmedMessage message);
}
