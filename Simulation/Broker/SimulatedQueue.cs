using Simulation.Engine;
using Worker.Failures;

namespace Simulation.Broker;

/// <summary>
/// A quorum queue and its dead queue: hands messages to consumers within their prefetch, takes back what a lost channel leaves behind and counts
/// how often it did, moves what is rejected to the dead queue, and forgets what is acknowledged.
/// </summary>
internal sealed class SimulatedQueue(World world, Settings settings)
{
    /// <summary>Returns after which a message goes to the dead queue.</summary>
    public const int DeliveryLimit = 20;

    private readonly LinkedList<Message> _ready = [];
    private readonly LinkedList<Message> _dead = [];
    private readonly List<SimulatedChannel> _consumers = [];
    private readonly List<SimulatedChannel> _channels = [];
    private bool _isHandingOut;

    /// <summary>Messages waiting in the queue.</summary>
    public int Ready => _ready.Count;

    /// <summary>Messages waiting in the dead queue.</summary>
    public int Dead => _dead.Count;

    /// <summary>Messages of both that were acknowledged.</summary>
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

    /// <summary>A rejection has arrived. The message is in neither queue until the dead one has it.</summary>
    public void Reject(Message message)
    {
        // It counts as a vain delivery; the acquisition that it ends is not written down any more.
        message.DeliveryCount++;
        Bury(message, VainTrials.Rejected, message.Acquisitions - 1);
        HandOut();
    }

    /// <summary>Takes the first message out of the dead queue, if there is one.</summary>
    public Message? Fetch()
    {
        var first = _dead.First?.Value;
        if (first is not null)
        {
            _dead.RemoveFirst();
        }

        return first;
    }

    /// <summary>Messages come back, in the sequence in which they were handed out.</summary>
    /// <param name="messages">Which.</param>
    /// <param name="isInVain">Nobody has given them back with a word.</param>
    public void Requeue(IReadOnlyList<Message> messages, bool isInVain)
    {
        foreach (var message in settings.RequeuesAtFront ? messages.Reverse() : messages)
        {
            message.Returns++;
            if (isInVain || !settings.CarriesCounts)
            {
                message.DeliveryCount++;
            }

            if (message.IsDead)
            {
                message.ReturnsFromTrial++;
            }

            if (message.IsDead || message.DeliveryCount <= DeliveryLimit)
            {
                PutBack(message);
            }
            else
            {
                Bury(message, VainTrials.DeliveryLimit, message.Acquisitions);
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

    private void PutBack(Message message)
    {
        var queue = message.IsDead ? _dead : _ready;
        if (settings.RequeuesAtFront)
        {
            queue.AddFirst(message);
        }
        else
        {
            queue.AddLast(message);
        }
    }

    private void Bury(Message message, string death, int acquisitions)
    {
        message.DeliveryCount = settings.CarriesCounts ? message.DeliveryCount : 0;
        message.EarlierAcquisitions = acquisitions;
        message.Acquisitions = 0;
        world.After(world.Between(0.1, 500), () =>
        {
            world.Note("broker", "message {0} arrives in the dead queue", message.Number);
            message.Death = death;
            _dead.AddLast(message);
        });
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
