namespace DevServers.Demo;

/// <summary>What a replica says about itself under /status; only what the demo needs of it.</summary>
internal sealed record WorkerStatus
{
    public string State { get; init; } = "";

    public long InFlight { get; init; }

    public long Received { get; init; }

    public long Stored { get; init; }

    public long Duplicates { get; init; }

    public Dictionary<string, long> DeadLetters { get; init; } = [];

    public long? QueueDepth { get; init; }

    public WorkerLatency? PublishToCommitMs { get; init; }

    public long Settled => Stored + Duplicates + DeadLetters.Values.Sum();
}
