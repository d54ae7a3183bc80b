using Worker.Intake;

namespace UnitTests.Support;

/// <summary>
/// A channel that looks at every acknowledgement. It notes one that comes before a message up to its tag is durable, that repeats a
/// tag or goes back, that names a tag nobody delivered, or that comes after the channel was lost.
/// </summary>
/// <param name="isDurable">Whether the message of a tag is.</param>
internal sealed class FakeDeliveryChannel(Func<ulong, bool> isDurable) : IDeliveryChannel
{
    private readonly Lock _gate = new();
    private readonly List<ulong> _acks = [];
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
        }

        AckedThrough.PassTo((long)lastTag);
        return ValueTask.CompletedTask;
    }

    public Task CancelConsumerAsync() => Task.CompletedTask;

    public Task HandBackAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

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

        for (var tag = acked + 1; tag <= lastTag; tag++)
        {
            if (!isDurable(tag))
            {
                _misuse.Add($"{tag} was acknowledged and is not stored");
            }
        }
    }
}
