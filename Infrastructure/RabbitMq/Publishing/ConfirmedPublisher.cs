using Microsoft.Extensions.Logging;

namespace Infrastructure.RabbitMq.Publishing;

/// <summary>
/// Publishes many messages with confirms: mandatory, persistent, thousands on their way, over any number of connections one after
/// another. Every message it accepts ends exactly once, as confirmed or as reported. What the broker refused, returned or left open
/// is published again with the same id, so a message can arrive twice, but it is never lost in silence.
/// </summary>
/// <remarks>One caller at a time. The caller fills the books, the pump sends, the client's receive loop settles.</remarks>
public sealed class ConfirmedPublisher : IAsyncDisposable
{
    // Checks of time are this coarse; an event wakes the pump at once.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly RabbitMqConnector _connector;
    private readonly ConfirmedPublisherOptions _options;
    private readonly ILogger<ConfirmedPublisher> _logger;
    private readonly TimeProvider _time;
    private readonly OutstandingPublishes _books;

    // Owned by the caller.
    private readonly SemaphoreSlim _room = new(0);

    // Owned by the pump.
    private readonly SemaphoreSlim _work = new(0);
    private readonly PublishPace _pace;
    private PublishSession? _session;
    private string? _saidBlocked;

    // How they stop.
    private Task _pump = Task.CompletedTask;
    private volatile string? _gaveUp;
    private volatile bool _completing;
    private long _hurriedAt = long.MaxValue;

    /// <summary>Prepares a publisher; <see cref="OpenAsync"/> connects it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public ConfirmedPublisher(
        RabbitMqConnector connector, ConfirmedPublisherOptions options, ILogger<ConfirmedPublisher> logger, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        (_connector, _options, _logger, _time) = (connector, options, logger, time ?? TimeProvider.System);
        _books = new OutstandingPublishes(options.Window, options.MaxOutstandingBytes, _time);
        _pace = new PublishPace(options.Window, _time);
    }

    /// <summary>How long outstanding confirms are still waited for after the caller asked to hurry.</summary>
    public static TimeSpan HurryPatience { get; } = TimeSpan.FromSeconds(5);

    /// <summary>What has become of the messages so far.</summary>
    public PublishCounts Counts => _books.Counts;

    /// <summary>Connects and declares the topology. Must be called once, before anything is published.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TopologyMismatchException">The broker has the pipeline's names with other arguments.</exception>
    /// <exception cref="PublisherGaveUpException">The broker was not there for as long as the options allow, or refused the login.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken = default)
    {
        _session = await ConnectAsync(isFirst: true, cancellationToken);
        _pump = Task.Run(PumpAsync, CancellationToken.None);
    }

    /// <summary>Takes a message over; returns when there is room for it, not when it is confirmed.</summary>
    /// <param name="messageId">Its id, kept over republishes: at most 255 bytes.</param>
    /// <param name="body">Its body; copied before the call returns.</param>
    /// <param name="publishedAt">The time for <see cref="MessageHeaders.PublishedAt"/>, in Unix microseconds; kept over republishes.</param>
    /// <param name="tag">The caller's own number for it, which comes back when it is given up.</param>
    /// <param name="cancellationToken">Stops waiting for room; what was accepted goes its way.</param>
    /// <exception cref="PublisherGaveUpException">Nothing is confirmed any more; this message was not accepted.</exception>
    public ValueTask PublishAsync(
        string messageId, ReadOnlyMemory<byte> body, long publishedAt, long tag, CancellationToken cancellationToken = default)
    {
        if (_gaveUp is null && _books.TryAdd(messageId, body.Span, publishedAt, tag, out var wake))
        {
            WakeUp(wake);
            return ValueTask.CompletedTask;
        }

        return PublishWithRoomAsync(messageId, body, publishedAt, tag, cancellationToken);
    }

    /// <summary>Waits until every accepted message is confirmed or reported, then closes. Nothing can be published any more.</summary>
    /// <param name="hurry">When it is set, what is not confirmed within <see cref="HurryPatience"/> is reported as unconfirmed.</param>
    /// <returns>What became of all messages.</returns>
    public async Task<PublishCounts> CompleteAsync(CancellationToken hurry = default)
    {
        _completing = true;
        WakeUp(Wake.Pump);
        await using (hurry.Register(() => Volatile.Write(ref _hurriedAt, _time.GetTimestamp())))
        {
            await _pump;
        }

        return _books.Counts;
    }

    /// <summary>Gives up what is left, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _gaveUp ??= "the publisher was stopped";
        WakeUp(Wake.Pump);
        await _pump;
        if (_session is not null)
        {
            await _session.DisposeAsync();
        }
    }

    private async ValueTask PublishWithRoomAsync(
        string messageId, ReadOnlyMemory<byte> body, long publishedAt, long tag, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_gaveUp is { } reason)
            {
                throw new PublisherGaveUpException(reason);
            }

            if (_books.TryAdd(messageId, body.Span, publishedAt, tag, out var wake))
            {
                WakeUp(wake);
                return;
            }

            await _room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>One turn is one connection.</summary>
    private async Task PumpAsync()
    {
        try
        {
            while (await PublishThroughAsync(_session!))
            {
                _logger.ChannelLost(_session!.Ended!);
                _books.Retire(_session.Blame);
                _session.Abandon();
                _session = await ConnectAsync(isFirst: false, CancellationToken.None);
                _logger.Reconnected();
            }
        }
        catch (Exception exception)
        {
            // Whatever it is, nobody is left to send: all that is held is reported, and the caller is let go.
            GiveUp(BrokerRefusal.Describe(exception));
        }
        finally
        {
            ReportFailures();
            WakeUp(Wake.Caller);
        }
    }

    /// <summary>Sends until all is done (<see langword="false"/>) or the session is over (<see langword="true"/>).</summary>
    private async Task<bool> PublishThroughAsync(PublishSession session)
    {
        while (true)
        {
            ReportFailures();
            if (_completing && _books.IsEmpty)
            {
                return false;
            }

            if (ReasonToGiveUp() is { } reason)
            {
                GiveUp(reason);
                return false;
            }

            SayWhetherBlocked(session);
            EndWhenSilent(session);
            if (session.Ended is not null)
            {
                return true;
            }

            await AnswerRefusalsAsync(session);
            await SendAsync(session);
        }
    }

    /// <summary>Sends what may be sent, then waits for the next event. Comes back often enough for the checks of time.</summary>
    private async Task SendAsync(PublishSession session)
    {
        const int Burst = 256;
        if (session.Blocked is not null || _pace.PauseLeft > TimeSpan.Zero)
        {
            var pause = session.Blocked is null && _pace.PauseLeft < Tick ? _pace.PauseLeft : Tick;
            await Task.Delay(pause + TimeSpan.FromMilliseconds(1), _time);
            return;
        }

        for (var sent = 0; sent < Burst && session.Ended is null; sent++)
        {
            if (!_books.TryTakeNext(_pace.Limit, out var publish))
            {
                await _work.WaitAsync(Tick);
                return;
            }

            try
            {
                var call = session.PublishAsync(publish);
                if (!call.IsCompletedSuccessfully)
                {
                    await BoundAsync(call.AsTask(), session);
                }
            }
            catch (Exception exception)
            {
                // The message is in the books as in flight; whether it left is unknown, as for the others.
                session.Fail(exception);
            }
        }
    }

    /// <summary>Waits for a publish without ever cancelling it. One that hangs ends the session instead, unless the broker asked to wait.</summary>
    private async Task BoundAsync(Task call, PublishSession session)
    {
        while (!call.IsCompleted && session.Ended is null && ReasonToGiveUp() is null)
        {
            try
            {
                await call.WaitAsync(Tick * 10, _time);
            }
            catch (TimeoutException)
            {
                SayWhetherBlocked(session);
                EndWhenSilent(session);
            }
        }

        if (call.IsCompleted)
        {
            await call;
        }
        else
        {
            _ = call.ContinueWith(static abandoned => abandoned.Exception, CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private async Task AnswerRefusalsAsync(PublishSession session)
    {
        var (nacks, returns) = _books.TakeRefusals();
        if (nacks + returns == 0)
        {
            _pace.Quiet();
            return;
        }

        if (_pace.Refused() && nacks > 0)
        {
            _logger.Refused(_connector.Names.Queue);
        }

        if (returns > 0)
        {
            await DeclareAgainAsync(session, returns);
        }
    }

    private async Task DeclareAgainAsync(PublishSession session, int returns)
    {
        try
        {
            await session.DeclareTopologyAsync().WaitAsync(_options.ConfirmTimeout, _time);
            _logger.Returned(returns, _connector.Names.Exchange);
        }
        catch (Exception exception)
        {
            session.Fail(exception);
        }
    }

    private async Task<PublishSession> ConnectAsync(bool isFirst, CancellationToken cancellationToken)
    {
        var backoff = new ReconnectBackoff();
        var start = _time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await PublishSession.OpenAsync(_connector, _options.ContentType, _books, WakeUp, cancellationToken);
            }
            catch (Exception exception) when (exception is not TopologyMismatchException && !cancellationToken.IsCancellationRequested)
            {
                var cause = BrokerRefusal.Of(exception) ?? BrokerRefusal.Describe(exception);
                var isHopeless = isFirst && BrokerRefusal.Of(exception) is not null;
                var reason = isFirst && _time.GetElapsedTime(start) >= _options.GiveUpAfter ? "the broker was not reached" : ReasonToGiveUp();
                if (isHopeless || reason is not null)
                {
                    throw new PublisherGaveUpException(isHopeless ? cause : $"{reason}: {cause}", exception);
                }

                if (attempt == 0)
                {
                    _logger.BrokerNotReached(cause, _options.GiveUpAfter.TotalSeconds);
                }
            }

            await Task.Delay(backoff.Next(), _time, cancellationToken);
        }
    }

    private string? ReasonToGiveUp()
    {
        if (_gaveUp is not null)
        {
            return _gaveUp;
        }

        var hurriedAt = Volatile.Read(ref _hurriedAt);
        if (hurriedAt != long.MaxValue && _time.GetElapsedTime(hurriedAt) >= HurryPatience)
        {
            return "interrupted before the broker confirmed it";
        }

        return _books.WithoutConfirm() >= _options.GiveUpAfter
            ? $"nothing was confirmed for {_options.GiveUpAfter.TotalSeconds:0.#} s" + (_session?.Blocked is { } why ? $", the broker blocks publishers ({why})" : "")
            : null;
    }

    // A single confirm that never comes while others do is found by the age of the oldest; by then it is long overdue.
    private void EndWhenSilent(PublishSession session)
    {
        if (session.Blocked is not null)
        {
            return;
        }

        if (_books.Silence() >= _options.ConfirmTimeout || _books.OldestAge() >= _options.GiveUpAfter)
        {
            session.End($"no confirm came for {_options.ConfirmTimeout.TotalSeconds:0.#} s");
        }
    }

    private void SayWhetherBlocked(PublishSession session)
    {
        var blocked = session.Blocked;
        if (blocked is not null && _saidBlocked is null)
        {
            _logger.Blocked(blocked, _options.GiveUpAfter.TotalSeconds);
        }
        else if (blocked is null && _saidBlocked is not null)
        {
            _logger.Unblocked();
        }

        _saidBlocked = blocked;
    }

    private void GiveUp(string reason)
    {
        _gaveUp = reason;
        _books.GiveUp(reason);
        _logger.GaveUp(reason);
    }

    private void ReportFailures()
    {
        while (_books.TryTakeFailed(out var failed))
        {
            _options.OnUnconfirmed?.Invoke(
                new UnconfirmedMessage(failed.MessageId, failed.Tag, failed.Body, MayBeStored: failed.Sent > 0, failed.Failure));
            WakeUp(_books.Release(failed));
        }
    }

    private void WakeUp(Wake wake)
    {
        if (wake.HasFlag(Wake.Caller))
        {
            _room.Release();
        }

        if (wake.HasFlag(Wake.Pump))
        {
            _work.Release();
        }
    }
}
