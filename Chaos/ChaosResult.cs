namespace Chaos;

/// <summary>How a run ended.</summary>
internal sealed record ChaosResult
{
    public required ChaosOptions Options { get; init; }

    public required double Rate { get; init; }

    public required TimeSpan Elapsed { get; init; }

    public required IReadOnlyList<FaultEvent> Faults { get; init; }

    public required IReadOnlyList<Sample> Samples { get; init; }

    /// <summary>Messages the broker confirmed.</summary>
    public required long Published { get; init; }

    public required long Stored { get; init; }

    public required long Duplicates { get; init; }

    /// <summary>Confirmed, and neither stored nor put aside.</summary>
    public required long Lost { get; init; }

    /// <summary>Rows beyond one an order.</summary>
    public required long Doubled { get; init; }

    /// <summary>Dead letters by reason.</summary>
    public required IReadOnlyDictionary<string, long> DeadLetters { get; init; }

    /// <summary>Dead letters for another reason than what the generator breaks on purpose.</summary>
    public required long InnocentsPutAside { get; init; }

    /// <summary>Worker processes that lived long enough for a slope.</summary>
    public required int LongLivedWorkers { get; init; }

    /// <summary>How fast their resident memory grew; <see langword="null"/> without any.</summary>
    public required Slope? ResidentSlope { get; init; }

    /// <summary>How fast that part of it grew that belongs to no file: heaps and stacks.</summary>
    public required Slope? AnonymousSlope { get; init; }

    public required double PeakMegabytes { get; init; }

    /// <summary>Whether nothing went wrong that must not.</summary>
    public bool IsGood => Lost == 0 && Doubled == 0 && InnocentsPutAside == 0 && Faults.All(fault => fault.FirstCommitSeconds is not null);
}
