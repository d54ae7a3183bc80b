namespace Worker.Intake.Counting;

/// <summary>A reading of <see cref="IntakeCounters"/>.</summary>
internal sealed record IntakeTotals
{
    /// <summary>Messages of all durable batches, whatever became of them.</summary>
    public required long Settled { get; init; }

    /// <summary>The same messages, by how they came in.</summary>
    public required DeliveryPaths Deliveries { get; init; }

    /// <summary>Orders that were new.</summary>
    public required long Stored { get; init; }

    /// <summary>Orders that were stored already.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Messages put aside, by reason.</summary>
    public required IReadOnlyDictionary<string, long> DeadLetters { get; init; }

    /// <summary>Batches made durable.</summary>
    public required long Batches { get; init; }

    /// <summary>Messages received that went back to the queue, or unread to the dead queue.</summary>
    public required long HandedBack { get; init; }

    /// <summary>Messages of the dead queue that were stored or put aside, each alone.</summary>
    public required long FromDeadQueue { get; init; }

    /// <summary>Stored orders a second, over the last ten seconds.</summary>
    public required double OrdersPerSecond { get; init; }

    /// <summary>From the first attempt to write a batch to its commit.</summary>
    public required Latency Commit { get; init; }

    /// <summary>From publishing an order to its commit, for messages that say when they were published.</summary>
    public required Latency PublishToCommit { get; init; }
}
