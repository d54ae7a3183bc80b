using System.Diagnostics.CodeAnalysis;
using Infrastructure.Telemetry;

namespace Infrastructure.RabbitMq.Publishing;

/// <summary>
/// The books of a confirming publisher: which messages wait, which are in flight under which sequence number, which come again.
/// Every accepted message ends exactly once, as confirmed or as failed. No I/O; safe to use from any thread.
/// </summary>
/// <param name="window">Most messages held at once.</param>
/// <param name="maxBytes">Most bytes of bodies held at once. A single larger body is still let in when nothing else is held.</param>
/// <param name="time">The clock.</param>
/// <param name="telemetry">Is told of every message and of every answer of the broker.</param>
internal sealed class OutstandingPublishes(int window, long maxBytes, TimeProvider time, PublishTelemetry? telemetry = null)
{
    /// <summary>How often the broker may send a message back before it is given up.</summary>
    public const int MaxReturns = 3;

    private readonly Lock _gate = new();
    private readonly int _window = window;

    // Where a message is: in flight on the channel of this epoch, to be sent again (that goes first), never sent, or failed.
    private readonly InFlightRing _flight = new(window);
    private readonly Queue<OutstandingPublish> _again = new();
    private readonly Queue<OutstandingPublish> _fresh = new();
    private readonly Queue<OutstandingPublish> _failed = new();
    private readonly Stack<OutstandingPublish> _free = new();
    private int _epoch;
    private int _suspects;

    // What is held, and what has become of the rest.
    private int _count;
    private long _bytes;
    private PublishCounts _counts;

    // When the broker last did something for us, and what it refused since somebody asked.
    private long _settledAt;
    private long _hopeSince;
    private int _nacks;
    private int _returns;

    // Who sleeps, and whether anybody may still come in.
    private bool _isClosed;
    private bool _callerWaits;
    private bool _pumpWaits;
    private int _limit = window;

    public PublishCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return _counts;
            }
        }
    }

    /// <summary>Everything accepted is confirmed, or failed and reported.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _count == 0;
            }
        }
    }

    /// <summary>The channel that is current: what another one says is not about these sequence numbers.</summary>
    public int Epoch
    {
        get
        {
            lock (_gate)
            {
                return _epoch;
            }
        }
    }

    /// <summary>Takes a message over, its body copied. Without room the caller is noted as waiting, and woken by a later change.</summary>
    public bool TryAdd(string messageId, ReadOnlySpan<byte> body, long publishedAt, long tag, out Wake wake)
    {
        lock (_gate)
        {
            wake = Wake.None;
            if (_isClosed || _count == _window || (_count > 0 && _bytes + body.Length > maxBytes))
            {
                _callerWaits = true;
                return false;
            }

            if (_count++ == 0)
            {
                _hopeSince = time.GetTimestamp();
            }

            var publish = _free.TryPop(out var used) ? used : new OutstandingPublish();
            publish.Fill(_counts.Accepted, messageId, body, publishedAt, tag);
            publish.Span = telemetry?.Begin(messageId);
            _counts = _counts with { Accepted = _counts.Accepted + 1 };
            _bytes += body.Length;
            _fresh.Enqueue(publish);
            wake = TakeWake();
            return true;
        }
    }

    /// <summary>The broker refused messages, and <see cref="TakeRefusals"/> was not called since.</summary>
    public bool IsRefused
    {
        get
        {
            lock (_gate)
            {
                return HasRefusals();
            }
        }
    }

    /// <summary>
    /// The next message to send, in flight from now on. When there is none the pump is noted as waiting. Nothing is sent while
    /// <see cref="IsRefused"/>: what came back would only come back again, until its attempts are used up.
    /// </summary>
    /// <param name="limit">Most messages in flight.</param>
    /// <param name="publish">The message; its sequence number is the next of the channel.</param>
    public bool TryTakeNext(int limit, [NotNullWhen(true)] out OutstandingPublish? publish)
    {
        lock (_gate)
        {
            _limit = limit;
            if (!CanSend())
            {
                _pumpWaits = true;
                publish = null;
                return false;
            }

            publish = _again.TryDequeue(out var again) ? again : _fresh.Dequeue();
            if (publish.Sent++ > 0)
            {
                _counts = _counts with { Republished = _counts.Republished + 1 };
            }

            publish.SentAt = time.GetTimestamp();
            _flight.Add(publish);
            return true;
        }
    }

    /// <summary>The broker has a message, or with <paramref name="multiple"/> all up to it. One just returned is no success.</summary>
    public Wake Ack(int epoch, ulong sequence, bool multiple) => Settle(epoch, sequence, multiple, acknowledged: true);

    /// <summary>The broker does not have a message, or with <paramref name="multiple"/> none up to it.</summary>
    public Wake Nack(int epoch, ulong sequence, bool multiple) => Settle(epoch, sequence, multiple, acknowledged: false);

    /// <summary>
    /// The broker found no queue for a message. It names no sequence number, only the message; of several with one id the oldest is meant,
    /// for returns come in the order of publishing.
    /// </summary>
    public void Return(int epoch, string messageId)
    {
        lock (_gate)
        {
            if (epoch == _epoch && _flight.Find(messageId) is { } publish)
            {
                publish.IsReturned = true;
            }
        }
    }

    /// <summary>The channel is gone: what was in flight may be stored or not, and is sent again, in order, before anything else.</summary>
    /// <param name="blame">
    /// The broker closed the channel because of a message, with this text. Those that were in flight then go one by one, until the culprit
    /// is alone when it happens again: it fails, and takes no other with it.
    /// </param>
    public Wake Retire(string? blame = null)
    {
        lock (_gate)
        {
            var inFlight = TakeUnanswered();
            _epoch++;
            if (blame is not null)
            {
                Suspect(inFlight, blame);
            }

            var again = inFlight.Concat(_again).OrderBy(publish => publish.Number).ToList();
            _again.Clear();
            again.ForEach(_again.Enqueue);
            return TakeWake();
        }
    }

    /// <summary>Nothing is hoped for any more: all that is held fails, in order, and nothing is accepted from now on.</summary>
    public void GiveUp(string reason)
    {
        lock (_gate)
        {
            _isClosed = true;
            _epoch++;
            var all = TakeUnanswered().Concat(_again).Concat(_fresh).OrderBy(publish => publish.Number).ToList();
            _again.Clear();
            _fresh.Clear();
            all.ForEach(publish => Fail(publish, reason));
        }
    }

    /// <summary>The next failed message, to be reported and then given to <see cref="Release"/>.</summary>
    public bool TryTakeFailed([NotNullWhen(true)] out OutstandingPublish? publish)
    {
        lock (_gate)
        {
            return _failed.TryDequeue(out publish);
        }
    }

    /// <summary>A failed message has been reported.</summary>
    public Wake Release(OutstandingPublish publish)
    {
        lock (_gate)
        {
            _counts = _counts with { Unconfirmed = _counts.Unconfirmed + 1 };
            Free(publish);
            return TakeWake();
        }
    }

    /// <summary>How many messages the broker refused (full) and returned (no queue) since the last call.</summary>
    public (int Nacks, int Returns) TakeRefusals()
    {
        lock (_gate)
        {
            var refusals = (_nacks, _returns);
            (_nacks, _returns) = (0, 0);
            return refusals;
        }
    }

    /// <summary>The broker had asked to wait: its silence until now was announced, and counts from now on.</summary>
    public void ExcuseSilence()
    {
        lock (_gate)
        {
            _settledAt = time.GetTimestamp();
        }
    }

    /// <summary>How long the broker has owed confirms and sent none at all; zero when nothing is in flight.</summary>
    public TimeSpan Silence()
    {
        lock (_gate)
        {
            return _flight.Oldest is { } oldest ? time.GetElapsedTime(Math.Max(_settledAt, oldest.SentAt)) : TimeSpan.Zero;
        }
    }

    /// <summary>How long the oldest message in flight waits, whatever happens to others; zero when nothing is in flight.</summary>
    public TimeSpan OldestAge()
    {
        lock (_gate)
        {
            return _flight.Oldest is { } oldest ? time.GetElapsedTime(oldest.SentAt) : TimeSpan.Zero;
        }
    }

    /// <summary>How long messages have been held and none was confirmed; zero when none is held.</summary>
    public TimeSpan WithoutConfirm()
    {
        lock (_gate)
        {
            return _count == 0 ? TimeSpan.Zero : time.GetElapsedTime(_hopeSince);
        }
    }

    private Wake Settle(int epoch, ulong sequence, bool multiple, bool acknowledged)
    {
        lock (_gate)
        {
            if (epoch != _epoch || sequence >= _flight.Next)
            {
                return Wake.None;
            }

            _settledAt = time.GetTimestamp();
            for (var each = multiple ? _flight.First : sequence; each <= sequence; each++)
            {
                if (_flight.Take(each) is { } publish)
                {
                    Settle(publish, acknowledged);
                }
            }

            return TakeWake();
        }
    }

    private void Settle(OutstandingPublish publish, bool acknowledged)
    {
        Acquit(publish);
        telemetry?.Answered(
            time.GetElapsedTime(publish.SentAt, _settledAt), publish.IsReturned ? "basic.return" : acknowledged ? null : "basic.nack");
        if (publish.IsReturned)
        {
            publish.IsReturned = false;
            publish.Returns++;
            _returns++;
            if (publish.Returns == MaxReturns)
            {
                Fail(publish, $"no queue took it, {MaxReturns} times");
            }
            else
            {
                _again.Enqueue(publish);
            }
        }
        else if (acknowledged)
        {
            _counts = _counts with { Confirmed = _counts.Confirmed + 1 };
            _hopeSince = _settledAt;
            PublishTelemetry.End(publish.Span);
            Free(publish);
        }
        else
        {
            _nacks++;
            _again.Enqueue(publish);
        }
    }

    private void Suspect(List<OutstandingPublish> inFlight, string blame)
    {
        if (inFlight is [{ IsSuspect: true } culprit])
        {
            culprit.MayBeStored = false;
            Fail(culprit, blame);
            inFlight.Clear();
        }

        foreach (var publish in inFlight.Where(publish => !publish.IsSuspect))
        {
            publish.IsSuspect = true;
            _suspects++;
        }
    }

    private void Acquit(OutstandingPublish publish)
    {
        _suspects -= publish.IsSuspect ? 1 : 0;
        publish.IsSuspect = false;
    }

    private void Fail(OutstandingPublish publish, string reason)
    {
        Acquit(publish);
        publish.Failure = reason;
        PublishTelemetry.End(publish.Span, "unconfirmed", reason);
        _failed.Enqueue(publish);
    }

    private List<OutstandingPublish> TakeUnanswered()
    {
        var inFlight = _flight.TakeAll();
        inFlight.ForEach(publish => telemetry?.Answered(time.GetElapsedTime(publish.SentAt), PublishTelemetry.ChannelLost));
        return inFlight;
    }

    private void Free(OutstandingPublish publish)
    {
        _count--;
        _bytes -= publish.Bytes;
        publish.Clear();
        _free.Push(publish);
    }

    private bool HasRefusals() => _nacks + _returns > 0;

    // While messages are suspected each goes alone.
    private bool CanSend() => _again.Count + _fresh.Count > 0
        && !HasRefusals()
        && _flight.Count < (_suspects > 0 ? 1 : _limit)
        && !_flight.IsFull;

    // Lower than the mark at which the caller had to wait: woken for every free place, it would sleep again at once.
    private bool HasRoomAgain() => _count <= _window - ((_window + 7) / 8) && _bytes <= maxBytes / 4 * 3;

    private Wake TakeWake()
    {
        var wake = Wake.None;
        if (_callerWaits && HasRoomAgain())
        {
            _callerWaits = false;
            wake |= Wake.Caller;
        }

        if (_pumpWaits && (_failed.Count > 0 || _count == 0 || HasRefusals() || CanSend()))
        {
            _pumpWaits = false;
            wake |= Wake.Pump;
        }

        return wake;
    }
}
