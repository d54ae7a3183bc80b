namespace Benchmarks.BulkPublish;

/// <summary>One program's publishing into one queue, as it goes into the result file.</summary>
internal sealed record PublishOutcome
{
    public required int Round { get; init; }

    public required string Publisher { get; init; }

    public required long Orders { get; init; }

    /// <summary>Confirmed orders a second, from the first publish to the last confirm.</summary>
    public double? PerSecond { get; init; }

    /// <summary>CPU time an order of the whole process, its start included, in microseconds.</summary>
    public double? PublisherMicroseconds { get; init; }

    public double? BrokerMicroseconds { get; init; }

    /// <summary>Share of the machine's time that the hypervisor gave to others.</summary>
    public double StolenShare { get; init; }

    /// <summary>Share of the machine's time that neither program nor broker used, and that was not idle.</summary>
    public double OthersShare { get; init; }

    /// <summary>Why it does not count.</summary>
    public string? Disqualified { get; init; }

    /// <summary>The rate of the round. To be asked only of one that counts.</summary>
    public (int Round, double Value) Rate() => (Round, PerSecond!.Value);
}
