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
    /// <summary>Where every message was published to.</summary>
    public const string Exchange = "orders";

    private const int VainDeliveriesOfASuspect = 2;

    private readonly World _world;
    private readonly SimulatedQueue _queue;
    private readonly SimulatedDatabase _database;
    private readonly Settings _settings;
    private readonly Strand _strand;
    private readonly string _name;
    private readonly Sabotage _sabotage;

    // The client's end. Whoever only fetches is not called by it.
    private readonly List<Handed> _unacknowledged = [];
    private TaskCompletionSource<Delivery?>? _fetching;
    private SimulatedClient? _client;
    private bool _isOpenHere = true;
    private bool _isHandedBack;
    private ulong _lastArrived;

    // The broker's end, and what is on its way from there. Null: the answer that the consumer is cancelled.
    private readonly List<Handed> _handedOut = [];
    private readonly Queue<Handed?> _onTheWay = [];
    private bool _isOpenThere = true;
    private int _consumption;
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

    public bool CarriesCounts => _settings.CarriesCounts;

    /// <summary>The broker may hand out one more. It counts what it gave to this consumer, and nothing that a cancelled one still holds.</summary>
    public bool HasRoom => _handedOut.Count(handed => handed.Consumption == _consumption) < _settings.Intake.EffectivePrefetch;

    /// <summary>The next acknowledgement is written and never read.</summary>
    public bool LosesNextAck { get; set; }

    public Task ConsumeAsync(string queue, LaneSession session, CancellationToken cancellationToken)
    {
        if (!_isOpenThere)
        {
            throw Gone();
        }

        if (_client is not null)
        {
            // Behind the cancellation.
            Send(Consume);
            return Task.CompletedTask;
        }

        _client = new SimulatedClient(_world, _name, _settings.Intake.MaxBatch, session);
        _client.Start();
        Consume();
        return Task.CompletedTask;
    }

    public async ValueTask AckThroughAsync(ulong lastTag)
    {
        // A session hears of the loss and must act on it; whoever only fetches is told by the client when it writes.
        if (_client is null && !_isOpenHere)
        {
            throw Gone();
        }

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

    public async ValueTask RejectAsync(ulong tag)
    {
        if (_sabotage == Sabotage.ForgetsSuspects)
        {
            return;
        }

        _world.Note(_name, "rejects tag {0}", (long)tag);
        InspectRejection(tag);
        Send(() => Reject(tag));
        if (!_isOpenThere && _world.Chance(0.5))
        {
            throw Gone();
        }

        if (_world.Chance(0.3))
        {
            await Task.Yield();
        }
    }

    public Task<Delivery?> FetchAsync(string queue, CancellationToken cancellationToken)
    {
        if (!_isOpenHere)
        {
            throw Gone();
        }

        // Nothing can go wrong with nothing.
        if (_isOpenThere && _queue.Dead == 0)
        {
            return Task.FromResult<Delivery?>(null);
        }

        var fetching = _fetching = new TaskCompletionSource<Delivery?>();
        Send(HandOutDead);
        return fetching.Task.WaitAsync(cancellationToken);
    }

    // Done before the answer has come, which is the session's to wait for.
    public Task PauseConsumerAsync(CancellationToken cancellationToken)
    {
        Send(() =>
        {
            _queue.Cancel(this);
            SendBack(null);
        });
        return Task.CompletedTask;
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
        Send(() => Requeue(isInVain: false));
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        CloseHere();
        Send(CloseThere);
        await Task.Delay(_world.Between(1, 50), _strand.Time);
    }

    /// <summary>The broker hands a message out.</summary>
    public void Deliver(Message message)
    {
        var handed = HandOut(message);
        if (_handedOut.Count > _settings.Intake.EffectivePrefetch)
        {
            _world.Report($"{_name} holds more than its prefetch");
        }

        SendBack(handed);
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
            Requeue(isInVain: true);
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
        _strand.Post(() => _client?.Cancelled());
    }

    /// <summary>The process is gone, and with it the client's end.</summary>
    public void Abandon()
    {
        CloseHere();
        _world.After(_world.Between(0, 30_000), CloseThere);
    }

    private void Consume()
    {
        _consumption++;
        _queue.Consume(this);
    }

    private void SendBack(Handed? handed)
    {
        _onTheWay.Enqueue(handed);

        // Each arrival takes the next one, whichever comes first.
        _world.After(_world.Between(0.05, 20), () => _strand.Post(Arrive));
    }

    private void Arrive()
    {
        var arrived = _onTheWay.Dequeue();
        if (arrived is { } handed)
        {
            _lastArrived = handed.Tag;
            _unacknowledged.Add(handed);
        }

        _client!.Arrive(arrived);
    }

    private Handed HandOut(Message message)
    {
        var handed = new Handed(++_lastTag, message, message.DeliveryCount, AcquisitionsOf(message), _world.Now, _consumption);
        message.Acquisitions++;
        _world.Note(_name, "message {0} is handed out, tag {1}", message.Number, (long)handed.Tag);
        _handedOut.Add(handed);
        return handed;
    }

    // The first time the dead queue still shows what the other one has counted.
    private int? AcquisitionsOf(Message message) =>
        !CarriesCounts ? null : message.IsDead && message.Acquisitions == 0 ? message.EarlierAcquisitions : message.Acquisitions;

    private void HandOutDead()
    {
        Handed? handed = _queue.Fetch() is { } message ? HandOut(message) : null;
        _world.After(_world.Between(0.05, 20), () => _strand.Post(() => ArriveFetched(handed)));
    }

    private void ArriveFetched(Handed? fetched)
    {
        if (fetched is not { } handed)
        {
            _fetching?.TrySetResult(null);
            return;
        }

        _lastArrived = handed.Tag;
        _unacknowledged.Add(handed);
        var properties = new MessageProperties(handed.EncodedProperties);
        _fetching?.TrySetResult(new Delivery(handed.Tag, handed.Redelivered, Exchange, properties, handed.Message.Body.ToArray()));
    }

    private void Hear()
    {
        if (_isOpenHere)
        {
            _world.Note(_name, "hears that it is lost");
            _isOpenHere = false;
            _client?.Lost(Reason());
            _fetching?.TrySetException(Gone());
        }
    }

    private void CloseHere()
    {
        _isOpenHere = false;
        _client?.Close();
    }

    private void CloseThere()
    {
        if (_isOpenThere)
        {
            _isOpenThere = false;
            _queue.Close(this);
            Requeue(isInVain: true);
        }
    }

    private void Requeue(bool isInVain)
    {
        Message[] messages = [.. _handedOut.Select(Release)];
        _handedOut.Clear();
        _queue.Requeue(messages, isInVain);
    }

    private void Settle(ulong lastTag)
    {
        var settled = _handedOut.FindAll(handed => handed.Tag <= lastTag);
        _handedOut.RemoveAll(handed => handed.Tag <= lastTag);
        settled.ForEach(handed => _queue.Settle(Release(handed)));
    }

    private void Reject(ulong tag)
    {
        if (_handedOut.FindIndex(handed => handed.Tag == tag) is var place and >= 0)
        {
            _queue.Reject(Release(_handedOut[place]));
            _handedOut.RemoveAt(place);
        }
    }

    // A broker closes the channel of whoever holds a message for too long, and counts a delivery.
    private Message Release(Handed handed)
    {
        if (_world.Now - handed.At is var held && held > _settings.LongestTolerated)
        {
            _world.Report($"{_name} held message {handed.Message.Number} for {held.TotalSeconds:F0} s");
        }

        return handed.Message;
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

        // A broker closes the channel for a tag that it does not know, or does not know any more.
        if (!_unacknowledged.Exists(handed => handed.Tag == lastTag))
        {
            _world.Report($"{_name} acknowledged tag {lastTag}, which is not among those that wait for it");
        }

        foreach (var handed in _unacknowledged.FindAll(handed => handed.Tag <= lastTag && !_database.IsDurable(handed.Message.Content)))
        {
            _world.Report($"{_name} acknowledged message {handed.Message.Number} (tag {handed.Tag}) before it was durable");
        }

        _unacknowledged.RemoveAll(handed => handed.Tag <= lastTag);
    }

    private void InspectRejection(ulong tag)
    {
        if (!_isOpenHere || _isHandedBack)
        {
            _world.Report($"{_name} rejected tag {tag} on a channel that was lost or had handed its messages back");
        }

        if (_unacknowledged.RemoveAll(handed => handed.Tag == tag && handed.DeliveryCount >= VainDeliveriesOfASuspect) == 0)
        {
            _world.Report($"{_name} rejected tag {tag}, which is not among those that wait and were delivered in vain before");
        }
    }

    private static ShutdownEventArgs Reason() => new(ShutdownInitiator.Peer, 320, "CONNECTION_FORCED");

    private static AlreadyClosedException Gone() => new(Reason());
}
