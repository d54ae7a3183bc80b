namespace DevServers.Demo;

/// <summary>What `./run demo` was asked for. Shares stay text: the producer reads them.</summary>
internal sealed record DemoOptions
{
    public const int DefaultOrders = 200_000;
    public const int DefaultReplicas = 2;
    public const string DefaultDuplicates = "1%";
    public const string DefaultBad = "0.1%";

    public int Orders { get; init; } = DefaultOrders;

    public int Replicas { get; init; } = DefaultReplicas;

    /// <summary>Orders to publish instead of made-up ones, one a line.</summary>
    public string? File { get; init; }

    public string Duplicates { get; init; } = DefaultDuplicates;

    public string Bad { get; init; } = DefaultBad;

    public long? Seed { get; init; }
}
