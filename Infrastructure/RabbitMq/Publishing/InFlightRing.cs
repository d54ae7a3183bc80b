using System.Numerics;

namespace Infrastructure.RabbitMq.Publishing;

/// <summary>The messages in flight on one channel, by sequence number: a ring that spans no more than the window, gaps included.</summary>
internal sealed class InFlightRing
{
    private readonly OutstandingPublish?[] _slots;
    private readonly ulong _window;
    private readonly ulong _mask;

    public InFlightRing(int window)
    {
        _slots = new OutstandingPublish?[BitOperations.RoundUpToPowerOf2((uint)window)];
        _window = (ulong)window;
        _mask = (ulong)_slots.Length - 1;
    }

    /// <summary>Messages in the ring.</summary>
    public int Count { get; private set; }

    /// <summary>Lowest sequence number that is not settled; <see cref="Next"/> when all are.</summary>
    public ulong First { get; private set; } = 1;

    /// <summary>Sequence number of the next message. A channel counts from 1.</summary>
    public ulong Next { get; private set; } = 1;

    /// <summary>One that stays unsettled holds the ring's end fast, so a ring with gaps can be full.</summary>
    public bool IsFull => Next - First >= _window;

    /// <summary>The message that waits longest for its confirm.</summary>
    public OutstandingPublish? Oldest => Count == 0 ? null : _slots[First & _mask];

    public void Add(OutstandingPublish publish)
    {
        _slots[Next++ & _mask] = publish;
        Count++;
    }

    /// <summary>Takes out the message with this number; <see langword="null"/> when it is settled already or was never given.</summary>
    public OutstandingPublish? Take(ulong sequence)
    {
        if (sequence < First || sequence >= Next || _slots[sequence & _mask] is not { } publish)
        {
            return null;
        }

        _slots[sequence & _mask] = null;
        Count--;
        while (First < Next && _slots[First & _mask] is null)
        {
            First++;
        }

        return publish;
    }

    /// <summary>The oldest message of this id that is not marked as returned.</summary>
    public OutstandingPublish? Find(string messageId)
    {
        for (var sequence = First; sequence < Next; sequence++)
        {
            if (_slots[sequence & _mask] is { IsReturned: false } publish && publish.MessageId == messageId)
            {
                return publish;
            }
        }

        return null;
    }

    /// <summary>Takes out all, oldest first, and counts from 1 again: the channel is gone.</summary>
    public List<OutstandingPublish> TakeAll()
    {
        var all = new List<OutstandingPublish>(Count);
        for (var sequence = First; sequence < Next; sequence++)
        {
            if (_slots[sequence & _mask] is { } publish)
            {
                publish.MayBeStored |= !publish.IsReturned;
                publish.IsReturned = false;
                all.Add(publish);
            }
        }

        Array.Clear(_slots);
        (First, Next, Count) = (1, 1, 0);
        return all;
    }
}
