namespace DevServers.Demo;

/// <summary>What the producer prints at its end with --json.</summary>
internal sealed record ProducerReport
{
    public long Read { get; init; }

    public long Published { get; init; }

    public long Confirmed { get; init; }

    public long Duplicates { get; init; }

    public long Bad { get; init; }

    public long Refused { get; init; }

    public long Unconfirmed { get; init; }

    public long Republished { get; init; }

    public double Seconds { get; init; }

    public double OrdersPerSecond { get; init; }

    public long Seed { get; init; }
}
