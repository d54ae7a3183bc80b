namespace DevServers.Demo;

/// <summary>Publish to commit, as buckets of [upper limit in ms, count].</summary>
internal sealed record WorkerLatency
{
    public double[][] Buckets { get; init; } = [];
}
