using Microsoft.Extensions.Logging;

namespace Infrastructure.RabbitMq.Publishing;

/// <summary>Opens sessions: one attempt after another, until one succeeds or there is no use in going on.</summary>
internal sealed class SessionOpener(
    ConfirmedPublisherOptions options,
    Patience patience,
    Func<CancellationToken, Task<PublishSession>> open,
    ILogger logger,
    TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>Opens the first session. A broker that says no is believed at once: it is the login or the address that is wrong.</summary>
    /// <exception cref="PublisherGaveUpException">No broker there for as long as the options allow, or it refuses.</exception>
    /// <exception cref="TopologyMismatchException">The broker has the pipeline's names with other arguments.</exception>
    public async Task<PublishSession> OpenFirstAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        return await OpenAsync(
            refusal => refusal ?? (time.GetElapsedTime(start) >= options.GiveUpAfter ? "the broker was not reached" : null),
            cancellationToken);
    }

    /// <summary>Opens the next session. It worked before, so a refusal may pass, and all hope depends on what is outstanding.</summary>
    /// <exception cref="PublisherGaveUpException">All that is outstanding is to be given up.</exception>
    /// <exception cref="TopologyMismatchException">The broker has the pipeline's names with other arguments.</exception>
    public Task<PublishSession> OpenNextAsync() => OpenAsync(_ => patience.ReasonToGiveUp(trouble: null), CancellationToken.None);

    private async Task<PublishSession> OpenAsync(Func<string?, string?> reasonToGiveUp, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(FirstWait, LongestWait, Random.Shared);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await TryOpenAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not TopologyMismatchException && !cancellationToken.IsCancellationRequested)
            {
                var refusal = BrokerRefusal.Of(exception);
                var cause = BrokerRefusal.Describe(exception);
                if (reasonToGiveUp(refusal) is { } reason)
                {
                    throw new PublisherGaveUpException(reason == cause ? reason : $"{reason}: {cause}", exception);
                }

                if (attempt == 0)
                {
                    logger.BrokerNotReached(cause, options.GiveUpAfter.TotalSeconds);
                }
            }

            await Task.Delay(backoff.Next(), time, cancellationToken);
        }
    }

    // The client itself waits without end for a broker that accepts the connection and then says nothing.
    private async Task<PublishSession> TryOpenAsync(CancellationToken cancellationToken)
    {
        var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var opening = open(abandon.Token);
        var start = time.GetTimestamp();
        while (!opening.IsCompleted && patience.ReasonToGiveUp(null) is null && time.GetElapsedTime(start) < options.ConfirmTimeout)
        {
            await Task.WhenAny(opening, Task.Delay(Tick, time, CancellationToken.None));
        }

        if (opening.IsCompleted)
        {
            return await opening;
        }

        await abandon.CancelAsync();
        _ = AbandonWhenOpenAsync(opening);
        throw new TimeoutException("it accepts the connection but does not answer");
    }

    private static async Task AbandonWhenOpenAsync(Task<PublishSession> opening)
    {
        try
        {
            (await opening).Abandon();
        }
        catch (Exception)
        {
            // It did not open, which is what was given up on.
        }
    }
}
