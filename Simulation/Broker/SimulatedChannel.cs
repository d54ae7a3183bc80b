using Infrastructure.RabbitMq.Receiving;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Simulation.Database;
using Simulation.Engine;
using Simulation.Sabotages;
using Worker.Intake;

namespace Simulation.Broker;

/// <summary>
/// One connection with its channel: the broker's end, the client's end and the wire between them. Either end may be gone while the
/// other does not know. It looks at every acknowledgement: what it covers must be durable.
/// </summary>
internal sealed class SimulatedChannel : IDeliveryChannel
{
    private const string Exchange = "orders";
    private const byte Scribble = 0xEE;

    private readonly World _world;
    private readonly SimulatedQueue _queue;
    private readonly SimulatedDatabase _database;
    private readonly Settings _settings;
    private readonly Strand _strand;
    private readonly string _name;
    private readonly Sabotage _sabotage;

    // The client's end: what has arrived and was not looked at, and what the client is to hand to the consumer.
    private readonly Queue<Handed> _socket = [];
    private readonly Queue<Handed> _callbacks = [];
    private readonly AsyncSignal _arrived = new();
    private readonly AsyncSignal _called = new();
    private readonly Queue<Handed> _unacknowledged = [];
    private LaneSession? _session;
    private bool _isOpenHere = true;
    private bool _isHandedBack;
    private ulong _lastArrived;

    // The broker's end.
    private readonly Queue<Handed> _handedOut = [];
    private readonly Queue<Handed> _onTheWay = [];
    private bool _isOpenThere = true;
    private ulong _lastTag;
    private TimeSpan _wireFreeAt;

    public SimulatedChannel(
        World world, SimulatedQueue queue, SimulatedDatabase database, Settings settings, Strand strand, string name, Sabotage sabotage)
    {
        _world = world;
        _queue = queue;
        _database = database;
        _settings = settings;
        _strand = strand;
        _name = name;
        _sabotage = sabotage;
        _queue.Open(this);
    }

    /// <summary>The broker may hand out one more.</summary>
    public bool HasRoom => _handedOut.Count < _settings.Intake.EffectivePrefetch;

    /// <summary>The next acknowledgement is written and never read.</summary>
    public bool LosesNextAck { get; set; }

    public Task ConsumeAsync(string queue, LaneSession session, CancellationToken cancellationToken)
    {
        if (!_isOpenThere)
        {
            throw Gone();
        }

        _session = session;
        _ = WatchAsync(ReceiveAsync());
        _ = WatchAsync(DispatchAsync());
        _queue.Consume(this);
        return Task.CompletedTask;
    }

    public async ValueTask AckThroughAsync(ulong lastTag)
    {
        if (_sabotage == Sabotage.AcknowledgesWhatIsUnfinished)
        {
            lastTag = _lastArrived;
        }

        _world.Note(_name, "acknowledges through tag {0}", (long)lastTag);
        Inspect(lastTag);
        if (LosesNextAck)
        {
            Break();
        }
        else
        {
            Send(() => Settle(lastTag));
        }

        // The client hears of a dead connection when it writes to it, or later.
        if (!_isOpenThere && _world.Chance(0.5))
        {
            throw Gone();
        }

        if (_world.Chance(0.3))
        {
            await Task.Yield();
        }
    }

    public async Task CancelConsumerAsync()
    {
        Send(() => _queue.Cancel(this));
        await Task.Delay(_world.Between(1, 2_000), _strand.Time);
    }

    public Task HandBackAsync()
    {
        _world.Note(_name, "hands back what it holds");
        _isHandedBack = true;
        Send(Requeue);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _isOpenHere = false;
        _arrived.Set();
        _called.Set();
        Send(CloseThere);
        await Task.Delay(_world.Between(1, 50), _strand.Time);
    }

    /// <summary>The broker hands a message out.</summary>
    public void Deliver(Message message)
    {
        var handed = new Handed(++_lastTag, message, Redelivered: message.Returns > 0);
        _world.Note(_name, "message {0} is handed out, tag {1}", message.Number, (long)handed.Tag);
        _handedOut.Enqueue(handed);
        if (_handedOut.Count > _settings.Intake.EffectivePrefetch)
        {
            _world.Report($"{_name} holds more than its prefetch");
        }

        // Each of these takes the next one, whichever runs first.
        _onTheWay.Enqueue(handed);
        _world.After(_world.Between(0.05, 20), () => _strand.Post(Arrive));
    }

    /// <summary>The connection is gone. What was handed out goes back at once; the client hears of it later.</summary>
    public void Break()
    {
        if (!_isOpenThere)
        {
            return;
        }

        _world.Note(_name, "is lost");
        if (_sabotage == Sabotage.AcknowledgesOnTheNextChannel)
        {
            // As a client does that restores connections by itself: consumer and session stay, tags begin anew.
            Requeue();
            _lastTag = 0;
            _strand.Post(() =>
            {
                _unacknowledged.Clear();
                _lastArrived = 0;
            });
            return;
        }

        CloseThere();
        _world.After(_world.Chance(0.2) ? TimeSpan.Zero : _world.Between(1, 30_000), () => _strand.Post(Hear));
    }

    /// <summary>The broker cancels the consumer and keeps the channel.</summary>
    public void CancelByBroker()
    {
        _world.Note(_name, "the consumer is cancelled");
        _queue.Cancel(this);
        _strand.Post(() => _session?.HandleBasicCancelAsync("w"));
    }

    /// <summary>The process is gone, and with it the client's end.</summary>
    public void Abandon()
    {
        _isOpenHere = false;
        _world.After(_world.Between(0, 30_000), CloseThere);
    }

    private void Arrive()
    {
        var handed = _onTheWay.Dequeue();
        _lastArrived = handed.Tag;
        _unacknowledged.Enqueue(handed);
        _socket.Enqueue(handed);
        _arrived.Set();
    }

    private void Hear()
    {
        if (_isOpenHere)
        {
            _world.Note(_name, "hears that it is lost");
            _isOpenHere = false;
            _session?.HandleChannelShutdownAsync(this, Reason());
            _arrived.Set();
            _called.Set();
        }
    }

    private void CloseThere()
    {
        if (_isOpenThere)
        {
            _isOpenThere = false;
            _queue.Close(this);
            Requeue();
        }
    }

    private void Requeue()
    {
        Message[] messages = [.. _handedOut.Select(handed => handed.Message)];
        _handedOut.Clear();
        _queue.Requeue(messages);
    }

    private void Settle(ulong lastTag)
    {
        while (_handedOut.TryPeek(out var handed) && handed.Tag <= lastTag)
        {
            _queue.Settle(_handedOut.Dequeue().Message);
        }
    }

    // What the client writes arrives in sequence, if the connection lives that long.
    private void Send(Action arrive)
    {
        var at = _world.Now + _world.Between(0.1, 20);
        _wireFreeAt = at > _wireFreeAt ? at : _wireFreeAt + TimeSpan.FromTicks(1);
        _world.After(_wireFreeAt - _world.Now, () =>
        {
            if (_isOpenThere)
            {
                arrive();
            }
        });
    }

    private void Inspect(ulong lastTag)
    {
        if (!_isOpenHere || _isHandedBack)
        {
            _world.Report($"{_name} acknowledged tag {lastTag} on a channel that was lost or had handed its messages back");
        }

        if (lastTag > _lastArrived || (_unacknowledged.TryPeek(out var next) && lastTag < next.Tag) || _unacknowledged.Count == 0)
        {
            _world.Report($"{_name} acknowledged tag {lastTag}, which is not among those that wait for it");
        }

        while (_unacknowledged.TryPeek(out var handed) && handed.Tag <= lastTag)
        {
            _unacknowledged.Dequeue();
            if (!_database.IsDurable(handed.Message.Content))
            {
                _world.Report($"{_name} acknowledged message {handed.Message.Number} (tag {handed.Tag}) before it was durable");
            }
        }
    }

    private async Task ReceiveAsync()
    {
        while (_isOpenHere)
        {
            if (!_socket.TryDequeue(out var handed))
            {
                await _arrived.WaitAsync(CancellationToken.None);
                continue;
            }

            if (_world.Chance(_settings.PassShare))
            {
                _session!.Receiver.Pass();
            }
            else if (await IsTakenAsync(handed))
            {
                continue;
            }

            _world.Note(_name, "tag {0} goes through the client", (long)handed.Tag);
            _callbacks.Enqueue(handed);
            _called.Set();
        }
    }

    private async Task<bool> IsTakenAsync(Handed handed)
    {
        var body = handed.Message.Body.ToArray();
        var properties = handed.Message.EncodedProperties.ToArray();
        var isTaken = await _session!.Receiver.TakeAsync(new ReceivedDelivery(handed.Tag, handed.Redelivered, Exchange, properties, body));

        // The memory is used again at once.
        Array.Fill(body, Scribble);
        Array.Fill(properties, Scribble);
        return isTaken;
    }

    private async Task DispatchAsync()
    {
        while (_isOpenHere)
        {
            if (!_callbacks.TryDequeue(out var handed))
            {
                await _called.WaitAsync(CancellationToken.None);
                continue;
            }

            var body = handed.Message.Body.ToArray();
            await _session!.HandleBasicDeliverAsync("w", handed.Tag, handed.Redelivered, Exchange, "", handed.Message.Properties, body);
            Array.Fill(body, Scribble);
        }
    }

    private async Task WatchAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (Exception unforeseen)
        {
            _world.Report($"{_name}: {unforeseen}");
        }
    }

    private static ShutdownEventArgs Reason() => new(ShutdownInitiator.Peer, 320, "CONNECTION_FORCED");

    private static AlreadyClosedException Gone() => new(Reason());
}
