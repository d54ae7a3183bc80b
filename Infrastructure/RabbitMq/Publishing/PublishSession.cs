using Infrastructure.Telemetry;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Infrastructure.RabbitMq.Publishing;

/// <summary>
/// One connection with one confirming channel, from its opening to its end. Carries what the broker says to the books, for this
/// channel only; never mends itself: when it has ended the next one is opened.
/// </summary>
internal sealed class PublishSession : IAsyncDisposable
{
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    // The client's own tracking of confirms costs a task a message, and is ruined by one cancelled publish.
    private static readonly CreateChannelOptions ConfirmsUntracked = new(
        publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false);

    private readonly IConnection _connection;
    private readonly TopologyNames _names;
    private readonly OutstandingPublishes _books;
    private readonly Action<Wake> _wake;
    private readonly CachedString _exchange;
    private readonly int _epoch;

    // One of each is enough: publishes follow one another, and the client has written them out when the call returns.
    private readonly BasicProperties _properties;
    private readonly Dictionary<string, object?> _headers = [];

    private IChannel _channel = null!;
    private volatile string? _ended;
    private volatile string? _blocked;

    private PublishSession(
        IConnection connection, TopologyNames names, string contentType, OutstandingPublishes books, Action<Wake> wake)
    {
        (_connection, _names, _books, _wake) = (connection, names, books, wake);
        _exchange = new CachedString(names.Exchange);
        _epoch = books.Epoch;
        _properties = new BasicProperties { ContentType = contentType, DeliveryMode = DeliveryModes.Persistent, Headers = _headers };
    }

    /// <summary>Why it is over; <see langword="null"/> while it lives.</summary>
    public string? Ended => _ended;

    /// <summary>The broker's words when it closed the channel because of a message.</summary>
    public string? Blame { get; private set; }

    /// <summary>Why the broker takes nothing from publishers at present; <see langword="null"/> when it does.</summary>
    public string? Blocked => _blocked;

    /// <summary>Connects, declares the topology, and opens the channel.</summary>
    public static async Task<PublishSession> OpenAsync(
        RabbitMqConnector connector, string contentType, OutstandingPublishes books, Action<Wake> wake, CancellationToken cancellationToken)
    {
        var connection = await connector.OpenAsync("order publisher", cancellationToken, gathersWrites: true);
        var session = new PublishSession(connection, connector.Names, contentType, books, wake);
        try
        {
            // Before the channel's own handlers: those can wait for a publish that hangs.
            connection.ConnectionShutdownAsync += session.OnShutdown;
            connection.ConnectionBlockedAsync += session.OnBlocked;
            connection.ConnectionUnblockedAsync += session.OnUnblocked;
            await session.DeclareTopologyAsync(cancellationToken);
            await session.OpenChannelAsync(cancellationToken);
            return session;
        }
        catch
        {
            session.Abandon();
            throw;
        }
    }

    /// <summary>Declares the topology.</summary>
    public Task DeclareTopologyAsync(CancellationToken cancellationToken = default) =>
        RabbitMqTopology.EnsureAsync(_connection, _names, cancellationToken);

    /// <summary>Hands a message to the client. Never cancelled: a publish cut short would shift all sequence numbers after it.</summary>
    public ValueTask PublishAsync(OutstandingPublish publish)
    {
        _properties.MessageId = publish.MessageId;
        if (_headers.Count > 1)
        {
            // The trace of the message before.
            _headers.Clear();
        }

        _headers[MessageHeaders.PublishedAt] = publish.PublishedAt;
        if (publish.Span is { } span)
        {
            foreach (var (name, value) in TraceHeaders.Of(span))
            {
                _headers[name] = value;
            }
        }

        return _channel.BasicPublishAsync(
            _exchange, CachedString.Empty, mandatory: true, _properties, publish.Body, CancellationToken.None);
    }

    /// <summary>A call failed: the session is over.</summary>
    public void Fail(Exception exception)
    {
        if (exception is OperationInterruptedException { ShutdownReason: { } shutdown })
        {
            End(shutdown);
        }
        else
        {
            End(BrokerRefusal.Describe(exception));
        }
    }

    /// <summary>Notes the end; the first reason counts.</summary>
    public void End(string reason)
    {
        _ended ??= reason;
        _wake(Wake.Pump);
    }

    /// <summary>Lets go without waiting: closing a connection that hangs can hang as well.</summary>
    public void Abandon() => _ = CloseQuietlyAsync();

    /// <summary>Closes in good order, within a few seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await CloseQuietlyAsync().WaitAsync(ClosePatience);
        }
        catch (TimeoutException)
        {
            // Nothing is outstanding; the broker notices the end of the process.
        }
    }

    private async Task OpenChannelAsync(CancellationToken cancellationToken)
    {
        _channel = await _connection.CreateChannelAsync(ConfirmsUntracked, cancellationToken).WaitAsync(cancellationToken);
        _channel.BasicAcksAsync += OnAck;
        _channel.BasicNacksAsync += OnNack;
        _channel.BasicReturnAsync += OnReturn;
        _channel.ChannelShutdownAsync += OnShutdown;
    }

    private async Task CloseQuietlyAsync()
    {
        try
        {
            await _connection.AbortAsync();
            await _connection.DisposeAsync();
        }
        catch (Exception)
        {
            // It is gone either way.
        }
    }

    private Task OnAck(object sender, BasicAckEventArgs ack)
    {
        _wake(_books.Ack(_epoch, ack.DeliveryTag, ack.Multiple));
        return Task.CompletedTask;
    }

    private Task OnNack(object sender, BasicNackEventArgs nack)
    {
        _wake(_books.Nack(_epoch, nack.DeliveryTag, nack.Multiple));
        return Task.CompletedTask;
    }

    private Task OnReturn(object sender, BasicReturnEventArgs returned)
    {
        _books.Return(_epoch, returned.BasicProperties.MessageId ?? "");
        return Task.CompletedTask;
    }

    private Task OnShutdown(object sender, ShutdownEventArgs shutdown)
    {
        End(shutdown);
        return Task.CompletedTask;
    }

    private void End(ShutdownEventArgs shutdown)
    {
        Blame ??= shutdown is { Initiator: ShutdownInitiator.Peer, ReplyCode: Constants.PreconditionFailed } ? shutdown.ReplyText : null;
        End(shutdown.Exception is { } cause ? BrokerRefusal.Describe(cause) : shutdown.ReplyText);
    }

    private Task OnBlocked(object sender, ConnectionBlockedEventArgs blocked)
    {
        _blocked = blocked.Reason;
        _wake(Wake.Pump);
        return Task.CompletedTask;
    }

    private Task OnUnblocked(object sender, AsyncEventArgs unblocked)
    {
        _blocked = null;
        _wake(Wake.Pump);
        return Task.CompletedTask;
    }
}
