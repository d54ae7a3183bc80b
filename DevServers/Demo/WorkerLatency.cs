namespace DevServers.Demo;

/// <summary>Publish to commit, as buckets of [upper limit in ms, count]. A last one without a limit has null.</summary>
internal sealed record WorkerLatency
{
    public double?[][] Buckets { get; init; } = [];
}
