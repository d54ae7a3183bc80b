using Benchmarks.Contestants;

namespace Benchmarks.Drain;

/// <summary>One contestant's drain of one queue, as it goes into the result file.</summary>
internal sealed record DrainOutcome
{
    public required int Round { get; init; }

    public required string Contestant { get; init; }

    public required string Scenario { get; init; }

    public required long Messages { get; init; }

    /// <summary>Bytes of a body, on average.</summary>
    public double? BytesAMessage { get; init; }

    /// <summary>Messages a second between first and last commit.</summary>
    public double? PerSecond { get; init; }

    /// <summary>The same between the tenth and the ninetieth hundredth.</summary>
    public double? SteadyPerSecond { get; init; }

    public int Commits { get; init; }

    /// <summary>CPU time a message of the contestant, the broker and the database, in microseconds.</summary>
    public double? ContestantMicroseconds { get; init; }

    public double? BrokerMicroseconds { get; init; }

    public double? DatabaseMicroseconds { get; init; }

    public double? PeakMegabytes { get; init; }

    public double? AllocatedBytesAMessage { get; init; }

    public ContestantFigures? Collected { get; init; }

    /// <summary>Share of the machine's time that the hypervisor gave to others.</summary>
    public double StolenShare { get; init; }

    /// <summary>Share of the machine's time that neither contestant nor broker nor database used, and that was not idle.</summary>
    public double OthersShare { get; init; }

    /// <summary>Why it does not count.</summary>
    public string? Disqualified { get; init; }

    /// <summary>The rate of the round. To be asked only of one that counts.</summary>
    public (int Round, double Value) Rate() => (Round, PerSecond!.Value);
}
