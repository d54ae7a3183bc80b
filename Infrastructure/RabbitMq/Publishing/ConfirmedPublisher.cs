using Infrastructure.Telemetry;
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
    private readonly OutstandingPublishes _books;
    private readonly Patience _patience;
    private readonly WakeSignals _signals = new();
    private readonly PublishPump _pump;
    private Task? _running;
    private bool _isComplete;

    /// <summary>Prepares a publisher; <see cref="OpenAsync"/> connects it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public ConfirmedPublisher(
        RabbitMqConnector connector, ConfirmedPublisherOptions options, ILogger<ConfirmedPublisher> logger, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        time ??= TimeProvider.System;
        _books = new OutstandingPublishes(options.Window, options.MaxOutstandingBytes, time, new PublishTelemetry(connector));
        _patience = new Patience(options, _books, time);
        _pump = new PublishPump(connector, options, _books, _patience, _signals, logger, time);
    }

    /// <summary>How long outstanding confirms are still waited for after the caller asked to hurry: 5 seconds.</summary>
    public static TimeSpan HurryPatience => Patience.WhenHurried;

    /// <summary>What has become of the messages so far.</summary>
    public PublishCounts Counts => _books.Counts;

    /// <summary>Connects and declares the topology. Must be called once, before anything is published.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TopologyMismatchException">The broker has the pipeline's names with other arguments.</exception>
    /// <exception cref="PublisherGaveUpException">The broker was not there for as long as the options allow, or it refused.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken = default)
    {
        await _pump.OpenAsync(cancellationToken);
        _running = Task.Run(_pump.RunAsync, CancellationToken.None);
    }

    /// <summary>Takes a message over; returns when there is room for it, not when it is confirmed.</summary>
    /// <param name="messageId">Its id, kept over republishes: at most 255 bytes.</param>
    /// <param name="body">Its body; must stay as it is until the call has completed, then it is copied.</param>
    /// <param name="publishedAt">For <see cref="MessageHeaders.PublishedAt"/>, in Unix microseconds; kept over republishes.</param>
    /// <param name="tag">The caller's own number for it, which comes back when it is given up.</param>
    /// <param name="cancellationToken">Stops waiting for room; what was accepted goes its way.</param>
    /// <exception cref="PublisherGaveUpException">Nothing is sent any more; this message was not accepted.</exception>
    /// <exception cref="InvalidOperationException">The publisher was completed before.</exception>
    public ValueTask PublishAsync(
        string messageId, ReadOnlyMemory<byte> body, long publishedAt, long tag, CancellationToken cancellationToken = default) =>
        TryAdd(messageId, body.Span, publishedAt, tag)
            ? ValueTask.CompletedTask
            : WaitForRoomAsync(messageId, body, publishedAt, tag, cancellationToken);

    /// <summary>Waits until every accepted message is confirmed or reported. Nothing can be published any more.</summary>
    /// <param name="hurry">When it is set, what is not confirmed within <see cref="HurryPatience"/> is reported as unconfirmed.</param>
    /// <returns>What became of all messages.</returns>
    public async Task<PublishCounts> CompleteAsync(CancellationToken hurry = default)
    {
        _isComplete = true;
        _pump.Complete();
        await using (hurry.Register(_patience.Hurry))
        {
            await (_running ?? Task.CompletedTask);
        }

        return _books.Counts;
    }

    /// <summary>Gives up what is left, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
        {
            _patience.Stop("the publisher was stopped");
            _pump.Complete();
            await _running;
            await _pump.CloseAsync();
        }
    }

    private async ValueTask WaitForRoomAsync(
        string messageId, ReadOnlyMemory<byte> body, long publishedAt, long tag, CancellationToken cancellationToken)
    {
        do
        {
            if (_pump.GaveUp is { } reason)
            {
                throw new PublisherGaveUpException(reason);
            }

            await _signals.ForRoomAsync(cancellationToken);
        }
        while (!TryAdd(messageId, body.Span, publishedAt, tag));
    }

    private bool TryAdd(string messageId, ReadOnlySpan<byte> body, long publishedAt, long tag)
    {
        if (_isComplete)
        {
            throw new InvalidOperationException("The publisher is completed; nothing can be published any more.");
        }

        var isAdded = _books.TryAdd(messageId, body, publishedAt, tag, out var wake);
        _signals.Raise(wake);
        return isAdded;
    }
}
