namespace DevServers.Demo;

/// <summary>What each party says at the end of a demo: producer, replicas, database, broker.</summary>
internal sealed record Books
{
    public required ProducerReport Producer { get; init; }

    /// <summary>True when the producer made the orders up, and so knows how many duplicates and bad ones it sent.</summary>
    public required bool Generated { get; init; }

    /// <summary>Last status of every replica.</summary>
    public required IReadOnlyList<WorkerStatus> Replicas { get; init; }

    /// <summary>Rows that the demo added to orders.</summary>
    public required long Rows { get; init; }

    /// <summary>Different order ids among all rows of orders, less what was there before.</summary>
    public required long DistinctRows { get; init; }

    /// <summary>Rows that the demo added to dead_letters, by reason.</summary>
    public required IReadOnlyDictionary<string, long> DeadLetters { get; init; }

    /// <summary>Messages in the queue after the replicas have stopped, when nothing is held unacknowledged any more.</summary>
    public required long QueueDepth { get; init; }

    public long Duplicates => Replicas.Sum(replica => replica.Duplicates);

    /// <summary>Rows of dead letters. A letter that is sent again with the same message id is the same row.</summary>
    public long Dead => DeadLetters.Values.Sum();

    /// <summary>Messages that the replicas put aside, repetitions included.</summary>
    public long PutAside => Replicas.Sum(replica => replica.DeadLetters.Values.Sum());
}
