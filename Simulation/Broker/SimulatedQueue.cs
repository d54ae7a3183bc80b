using Simulation.Engine;

namespace Simulation.Broker;

/// <summary>
/// A quorum queue: hands messages to consumers within their prefetch, takes back what a lost channel leaves behind and marks it as
/// redelivered, and forgets what is acknowledged.
/// </summary>
internal sealed class SimulatedQueue(World world, Settings settings)
{
    /// <summary>Returns after which a message goes to the dead-letter queue.</summary>
    public const int DeliveryLimit = 20;

    private readonly LinkedList<Message> _ready = [];
    private readonly List<SimulatedChannel> _consumers = [];
    private readonly List<SimulatedChannel> _channels = [];
    private bool _isHandingOut;

    /// <summary>Messages waiting.</summary>
    public int Ready => _ready.Count;

    /// <summary>Messages that were acknowledged.</summary>
    public int Settled { get; private set; }

    /// <summary>Nobody can connect.</summary>
    public bool IsAway { get; private set; }

    /// <summary>Channels that the broker thinks are open.</summary>
    public IReadOnlyList<SimulatedChannel> Channels => _channels;

    public void Publish(Message message)
    {
        world.Note("broker", "message {0} is published", message.Number);
        _ready.AddLast(message);
        HandOut();
    }

    public void Open(SimulatedChannel channel) => _channels.Add(channel);

    public void Consume(SimulatedChannel channel)
    {
        _consumers.Add(channel);
        HandOut();
    }

    public void Cancel(SimulatedChannel channel) => _consumers.Remove(channel);

    /// <summary>The channel is no more.</summary>
    public void Close(SimulatedChannel channel)
    {
        _consumers.Remove(channel);
        _channels.Remove(channel);
    }

    /// <summary>An acknowledgement has arrived.</summary>
    public void Settle(Message message)
    {
        message.IsSettled = true;
        Settled++;
        HandOut();
    }

    /// <summary>Messages come back, in the sequence in which they were handed out.</summary>
    public void Requeue(IReadOnlyList<Message> messages)
    {
        foreach (var message in settings.RequeuesAtFront ? messages.Reverse() : messages)
        {
            message.Returns++;
            if (message.Returns > DeliveryLimit)
            {
                world.Report($"message {message.Number} came back {message.Returns} times and is lost to the dead-letter queue");
            }

            if (settings.RequeuesAtFront)
            {
                _ready.AddFirst(message);
            }
            else
            {
                _ready.AddLast(message);
            }
        }

        HandOut();
    }

    /// <summary>The broker goes, and comes back later.</summary>
    public void GoAway(TimeSpan wait)
    {
        IsAway = true;
        world.Note("broker", "goes away");
        foreach (var channel in _channels.ToArray())
        {
            channel.Break();
        }

        world.After(wait, ComeBack);
    }

    public void ComeBack()
    {
        if (IsAway)
        {
            world.Note("broker", "is back");
            IsAway = false;
            HandOut();
        }
    }

    private void HandOut()
    {
        if (!_isHandingOut && _ready.Count > 0)
        {
            _isHandingOut = true;
            world.Servers.Post(HandOutSome);
        }
    }

    private void HandOutSome()
    {
        _isHandingOut = false;
        for (var left = world.Random.Next(1, 10); left > 0 && _ready.First is { } first && !IsAway; left--)
        {
            var takers = _consumers.FindAll(consumer => consumer.HasRoom);
            if (takers.Count == 0)
            {
                return;
            }

            _ready.RemoveFirst();
            world.Pick(takers).Deliver(first.Value);
        }

        HandOut();
    }
}
