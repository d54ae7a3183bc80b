using Microsoft.Extensions.Logging;

namespace Infrastructure.RabbitMq.Publishing;

/// <summary>
/// Sends what the books hold, over one session after another, until all of it is confirmed or given up. It alone talks to the channel, so
/// that publishes follow one another.
/// </summary>
internal sealed class PublishPump(
    RabbitMqConnector connector,
    ConfirmedPublisherOptions options,
    OutstandingPublishes books,
    Patience patience,
    WakeSignals signals,
    ILogger logger,
    TimeProvider time)
{
    // Checks of time are this coarse; an event wakes the pump at once.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    // Sends between two rounds of checks.
    private const int Burst = 256;

    private readonly PublishPace _pace = new(options.Window, time);
    private readonly SessionOpener _opener = new(
        options, patience, token => PublishSession.OpenAsync(connector, options.ContentType, books, signals.Raise, token), logger, time);

    private PublishSession _session = null!;
    private string? _saidBlocked;
    private string? _refusal;
    private volatile bool _completing;
    private volatile string? _gaveUp;

    /// <summary>Why nothing is sent any more; <see langword="null"/> while it is.</summary>
    public string? GaveUp => _gaveUp;

    /// <summary>Connects for the first time.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken) => _session = await _opener.OpenFirstAsync(cancellationToken);

    /// <summary>Ends when the books are empty. Until then an empty book is only a pause.</summary>
    public void Complete()
    {
        _completing = true;
        signals.Raise(Wake.Pump);
    }

    /// <summary>Runs until it is completed or gives up. One turn is one connection.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (await PublishThroughSessionAsync())
            {
                logger.ChannelLost(_session.Ended!);
                books.Retire(_session.Blame);
                _session.Abandon();
                _session = await _opener.OpenNextAsync();
                logger.Reconnected();
            }
        }
        catch (Exception exception)
        {
            // Whatever it is, nobody is left to send: all that is held is reported, and the caller is let go.
            GiveUp(exception is PublisherGaveUpException or TopologyMismatchException ? exception.Message : BrokerRefusal.Describe(exception));
        }
        finally
        {
            try
            {
                ReportFailures();
            }
            finally
            {
                // Even when there is nowhere to report to: the caller would wait for room that nobody makes.
                signals.Raise(Wake.Caller);
            }
        }
    }

    /// <summary>Closes the connection once it has run.</summary>
    public async ValueTask CloseAsync()
    {
        if (_gaveUp is null)
        {
            await _session.DisposeAsync();
        }
        else
        {
            // A broker that confirmed nothing would not answer the goodbye either.
            _session.Abandon();
        }
    }

    /// <summary>Sends until all is done (<see langword="false"/>) or the session is over (<see langword="true"/>).</summary>
    private async Task<bool> PublishThroughSessionAsync()
    {
        while (true)
        {
            ReportFailures();
            if (_completing && books.IsEmpty)
            {
                // The last confirms may be here before it was noticed that they may come.
                if (_saidBlocked is not null)
                {
                    TellOfBlock();
                }

                return false;
            }

            if (ReasonToGiveUp() is { } reason)
            {
                GiveUp(reason);
                return false;
            }

            CheckBroker();
            if (_session.Ended is not null)
            {
                return true;
            }

            await AnswerRefusalsAsync();
            await SendAsync();
        }
    }

    /// <summary>Sends what may be sent, then waits for the next event.</summary>
    private async Task SendAsync()
    {
        if (_session.Blocked is not null || _pace.PauseLeft > TimeSpan.Zero)
        {
            var pause = _session.Blocked is null && _pace.PauseLeft < Tick ? _pace.PauseLeft : Tick;
            await Task.Delay(pause + TimeSpan.FromMilliseconds(1), time);
            return;
        }

        for (var sent = 0; sent < Burst && _session.Ended is null; sent++)
        {
            if (!books.TryTakeNext(_pace.Limit, out var publish))
            {
                if (!books.IsRefused)
                {
                    await signals.ForWorkAsync(Tick);
                }

                return;
            }

            try
            {
                var call = _session.PublishAsync(publish);
                if (!call.IsCompletedSuccessfully)
                {
                    await BoundAsync(call.AsTask());
                }
            }
            catch (Exception exception)
            {
                // The message is in the books as in flight; whether it left is unknown, as for the others.
                _session.Fail(exception);
            }
        }
    }

    /// <summary>Waits for a publish, never cancelling it. One that hangs ends the session, unless the broker asked to wait.</summary>
    private async Task BoundAsync(Task call)
    {
        while (!call.IsCompleted && _session.Ended is null && ReasonToGiveUp() is null)
        {
            try
            {
                await call.WaitAsync(10 * Tick, time);
            }
            catch (TimeoutException)
            {
                CheckBroker();
            }
        }

        if (call.IsCompleted)
        {
            await call;
        }
        else
        {
            // Left to itself; its failure is nobody's surprise.
            _ = call.ContinueWith(static abandoned => abandoned.Exception, CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    /// <summary>Slows down after a refusal, and mends the topology when orders come back.</summary>
    private async Task AnswerRefusalsAsync()
    {
        var (nacks, returns) = books.TakeRefusals();
        if (nacks + returns == 0)
        {
            _refusal = _pace.Quiet() ? null : _refusal;
            return;
        }

        // Said once in a series; remembered in case it ends by giving up.
        _refusal = returns == 0
            ? $"queue '{connector.Names.Queue}' is full or not available"
            : $"no queue takes what exchange '{connector.Names.Exchange}' gets";
        if (_pace.Refused())
        {
            logger.Refused(_refusal);
        }

        if (returns > 0)
        {
            await DeclareAgainAsync();
        }
    }

    private async Task DeclareAgainAsync()
    {
        try
        {
            await _session.DeclareTopologyAsync().WaitAsync(options.ConfirmTimeout, time);
        }
        catch (Exception exception)
        {
            _session.Fail(exception);
        }
    }

    private void CheckBroker()
    {
        TellOfBlock();
        if (_saidBlocked is null && patience.IsBrokerSilent)
        {
            _session.End($"no confirm came for {options.ConfirmTimeout.TotalSeconds:0.#} s");
        }
    }

    private void TellOfBlock()
    {
        var blocked = _session.Blocked;
        if (blocked is not null && _saidBlocked is null)
        {
            logger.Blocked(blocked, options.GiveUpAfter.TotalSeconds);
        }
        else if (blocked is null && _saidBlocked is not null)
        {
            logger.Unblocked();
            books.ExcuseSilence();
        }

        _saidBlocked = blocked;
    }

    private string? ReasonToGiveUp() =>
        patience.ReasonToGiveUp(_session.Blocked is { } why ? $"the broker blocks publishers ({why})" : _refusal);

    private void GiveUp(string reason)
    {
        _gaveUp = reason;
        books.GiveUp(reason);
        logger.GaveUp(reason);
    }

    private void ReportFailures()
    {
        while (books.TryTakeFailed(out var failed))
        {
            options.OnUnconfirmed?.Invoke(
                new UnconfirmedMessage(failed.MessageId, failed.Tag, failed.Body, failed.MayBeStored, failed.Failure));
            signals.Raise(books.Release(failed));
        }
    }
}
