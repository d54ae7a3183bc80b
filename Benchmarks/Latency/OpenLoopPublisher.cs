using System.Diagnostics;
using Benchmarks.Servers;
using Infrastructure;
using Infrastructure.RabbitMq;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Benchmarks.Latency;

/// <summary>
/// Publishes on a schedule: persistent, mandatory, with confirms, and never waiting for one. Each order says when it should have been
/// published, so whatever holds the publisher up counts as latency instead of hiding some.
/// </summary>
internal sealed class OpenLoopPublisher : IAsyncDisposable
{
    private static readonly TimeSpan RunUp = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ConfirmPatience = TimeSpan.FromSeconds(60);
    private static readonly CreateChannelOptions ConfirmsUntracked = new(
        publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false);

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly CachedString _exchange;
    private readonly Confirms _confirms = new();
    private readonly TaskCompletionSource _confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One of each will do: the client has written a message out when its call returns.
    private readonly Dictionary<string, object?> _headers = [];
    private readonly BasicProperties _properties;

    private ulong _expected = ulong.MaxValue;

    private OpenLoopPublisher(IConnection connection, IChannel channel, TopologyNames names)
    {
        (_connection, _channel) = (connection, channel);
        _exchange = new CachedString(names.Exchange);
        _properties = new BasicProperties
        {
            ContentType = MessageHeaders.PlainJson,
            DeliveryMode = DeliveryModes.Persistent,
            Headers = _headers,
        };
        channel.BasicAcksAsync += OnAck;
        channel.BasicNacksAsync += (_, _) => Spoil("the broker refused a message");
        channel.BasicReturnAsync += (_, _) => Spoil("the broker returned a message");
        channel.ChannelShutdownAsync += (_, shutdown) => Spoil($"the channel ended: {shutdown.ReplyText}");
    }

    public static async Task<OpenLoopPublisher> OpenAsync(string broker, TopologyNames names, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = new Uri(broker), AutomaticRecoveryEnabled = false, ClientProvidedName = "open loop" };
        var connection = await factory.CreateConnectionAsync(cancellationToken);
        return new OpenLoopPublisher(connection, await connection.CreateChannelAsync(ConfirmsUntracked, cancellationToken), names);
    }

    /// <summary>Publishes all of a schedule; returns when the last is confirmed.</summary>
    /// <exception cref="SpoiltException">The broker refused a message, or did not confirm them all.</exception>
    public async Task<Publishing> RunAsync(Schedule schedule, PreparedOrders orders, CancellationToken cancellationToken)
    {
        // The pool's threads are busy with the client's own work; a schedule needs one for itself.
        var publishing = await Task.Factory.StartNew(
            () => Publish(schedule, orders, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await _confirmed.Task.WaitAsync(ConfirmPatience, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new SpoiltException("the broker did not confirm all messages");
        }

        return publishing with { Published = new Published(schedule.Orders, orders.GivenOut, Bad: 0) };
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private Publishing Publish(Schedule schedule, PreparedOrders orders, CancellationToken cancellationToken)
    {
        var late = new double[schedule.Orders];
        Volatile.Write(ref _expected, (ulong)schedule.Orders);

        // Both clocks at one moment. From here on only the steady one counts.
        var (start, startTime) = (Stopwatch.GetTimestamp() + TicksOf(RunUp), TimeProvider.System.GetUtcNow() + RunUp);
        var startMicroseconds = UnixMicroseconds.Of(startTime);
        for (var number = 0; number < late.Length && !_confirmed.Task.IsFaulted; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var due = schedule.DueAt(number);
            var dueTimestamp = start + TicksOf(TimeSpan.FromMicroseconds(due));
            PreciseWait.Until(dueTimestamp);
            Publish(orders, startMicroseconds + due);
            late[number] = Stopwatch.GetElapsedTime(dueTimestamp).TotalMilliseconds;
        }

        return new Publishing(startTime, late);
    }

    private void Publish(PreparedOrders orders, long due)
    {
        var (id, body) = orders.Next(due);
        _properties.MessageId = id.ToString();
        _headers[MessageHeaders.PublishedAt] = due;
        var call = _channel.BasicPublishAsync(_exchange, CachedString.Empty, mandatory: true, _properties, body, CancellationToken.None);
        if (!call.IsCompletedSuccessfully)
        {
            Await(call.AsTask());
        }
    }

    // Full buffers on the way to the broker.
    private static void Await(Task call)
    {
        try
        {
            call.GetAwaiter().GetResult();
        }
        catch (OperationInterruptedException ended)
        {
            throw new SpoiltException(ended.Message);
        }
    }

    private static long TicksOf(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private Task OnAck(object sender, BasicAckEventArgs ack)
    {
        _confirms.Take(ack.DeliveryTag, ack.Multiple);
        if (_confirms.Through >= Volatile.Read(ref _expected))
        {
            _confirmed.TrySetResult();
        }

        return Task.CompletedTask;
    }

    private Task Spoil(string reason)
    {
        _confirmed.TrySetException(new SpoiltException(reason));
        return Task.CompletedTask;
    }
}
