using Worker.Intake;

namespace UnitTests.Support;

/// <summary>
/// A channel that looks at every acknowledgement. It notes one that comes before a message up to its tag is durable or rejected, that repeats a
/// tag or goes back, that names a tag nobody delivered or one that was rejected, or that comes after the channel was lost.
/// </summary>
/// <param name="isDurable">Whether the message of a tag is.</param>
internal sealed class FakeDeliveryChannel(Func<ulong, bool> isDurable) : IDeliveryChannel
{
    private readonly Lock _gate = new();
    private readonly List<ulong> _acks = [];
    private readonly List<ulong> _rejects = [];
    private readonly List<string> _said = [];
    private readonly List<string> _misuse = [];
    private bool _isLost;

    /// <summary>The highest tag acknowledged.</summary>
    public Milestone AckedThrough { get; } = new();

    public IReadOnlyList<ulong> Acks
    {
        get
        {
            lock (_gate)
            {
                return [.. _acks];
            }
        }
    }

    /// <summary>Acknowledgements, rejections and the handing back, in sequence.</summary>
    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_gate)
            {
                return [.. _said];
            }
        }
    }

    /// <summary>What waits to be fetched.</summary>
    public Queue<Delivery> Waiting { get; } = [];

    /// <summary>Fetches so far, those in vain included.</summary>
    public Milestone Fetched { get; } = new();

    public bool CarriesCounts { get; set; }

    /// <summary>How often it was closed.</summary>
    public Milestone Closed { get; } = new();

    /// <summary>Tags handed out so far.</summary>
    public Func<ulong> LastDelivered { get; set; } = () => ulong.MaxValue;

    /// <summary>What acknowledging throws from now on.</summary>
    public Exception? Failure { get; set; }

    public void Lose()
    {
        lock (_gate)
        {
            _isLost = true;
        }
    }

    public void AssertNoMisuse()
    {
        lock (_gate)
        {
            Assert.Empty(_misuse);
        }
    }

    public Task ConsumeAsync(string queue, LaneSession session, CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask AckThroughAsync(ulong lastTag)
    {
        lock (_gate)
        {
            if (Failure is not null)
            {
                throw Failure;
            }

            Inspect(lastTag);
            _acks.Add(lastTag);
            _said.Add($"ack {lastTag}");
        }

        AckedThrough.PassTo((long)lastTag);
        return ValueTask.CompletedTask;
    }

    public ValueTask RejectAsync(ulong tag)
    {
        lock (_gate)
        {
            if (_isLost || tag > LastDelivered() || (_acks.Count > 0 && tag <= _acks[^1]) || _rejects.Contains(tag))
            {
                _misuse.Add($"{tag} was rejected and was not the lane's any more");
            }

            _rejects.Add(tag);
            _said.Add($"reject {tag}");
        }

        return ValueTask.CompletedTask;
    }

    public Task<Delivery?> FetchAsync(string queue, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Fetched.Pass();
            return Failure is not null ? throw Failure : Task.FromResult<Delivery?>(Waiting.TryDequeue(out var delivery) ? delivery : null);
        }
    }

    public Task PauseConsumerAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task CancelConsumerAsync() => Task.CompletedTask;

    public Task HandBackAsync()
    {
        lock (_gate)
        {
            _said.Add("hand back");
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Closed.Pass();
        return ValueTask.CompletedTask;
    }

    private void Inspect(ulong lastTag)
    {
        var acked = _acks.Count == 0 ? 0 : _acks[^1];
        if (_isLost)
        {
            _misuse.Add($"{lastTag} was acknowledged after the loss of the channel");
        }

        if (lastTag <= acked)
        {
            _misuse.Add($"{lastTag} was acknowledged after {acked}");
        }

        if (lastTag > LastDelivered())
        {
            _misuse.Add($"{lastTag} was acknowledged and never delivered");
        }

        if (_rejects.Contains(lastTag))
        {
            _misuse.Add($"{lastTag} was acknowledged after it was rejected");
        }

        for (var tag = acked + 1; tag <= lastTag; tag++)
        {
            if (!_rejects.Contains(tag) && !isDurable(tag))
            {
                _misuse.Add($"{tag} was acknowledged and is not stored");
            }
        }
    }
}
