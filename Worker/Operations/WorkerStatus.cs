using System.Text.Json.Serialization;
using Worker.Intake;
using Worker.Intake.Counting;
using Worker.Operations.Doctor;
using Worker.Operations.Profiling;
using Worker.Operations.Reconcile;
using Worker.Operations.Settings;

namespace Worker.Operations;

/// <summary>The body of <c>/status</c>. Counts are since this process started.</summary>
internal sealed record WorkerStatus
{
    public required string Worker { get; init; }

    /// <summary><c>starting</c>, <c>consuming</c>, <c>reconnecting</c> or <c>stopping</c>.</summary>
    public required string State { get; init; }

    /// <summary>Most messages this replica holds unacknowledged, all lanes together.</summary>
    public required int Prefetch { get; init; }

    /// <summary>Messages taken in and not acknowledged yet, the prefetch at most.</summary>
    public required long InFlight { get; init; }

    public required long Received { get; init; }

    /// <summary>Messages that are done with, by how they came in.</summary>
    public required DeliveryPaths Deliveries { get; init; }

    public required long Stored { get; init; }

    public required long Duplicates { get; init; }

    /// <summary>By reason.</summary>
    public required IReadOnlyDictionary<string, long> DeadLetters { get; init; }

    public required long HandedBack { get; init; }

    /// <summary>Messages of the dead queue that were stored or put aside, each alone.</summary>
    public required long FromDeadQueue { get; init; }

    public required long Batches { get; init; }

    public required double RowsPerBatch { get; init; }

    /// <summary>Stored orders a second over the last ten seconds.</summary>
    public required double OrdersPerSecond { get; init; }

    public required Latency CommitMs { get; init; }

    public required Latency PublishToCommitMs { get; init; }

    /// <summary>Messages waiting in the queue; null when the broker does not say.</summary>
    public required long? QueueDepth { get; init; }

    public required BreakerStatus Breaker { get; init; }

    public required IReadOnlyList<LaneStatus> Lanes { get; init; }
}

/// <summary>Whether this replica writes.</summary>
/// <param name="State"><c>closed</c>: it does; <c>open</c>: the database fails, and what is held waits; <c>halfopen</c>: a lane is trying.</param>
/// <param name="OpenSeconds">For how long it has not been closed.</param>
/// <param name="Problem">Why.</param>
internal sealed record BreakerStatus(string State, double OpenSeconds, string? Problem);

/// <summary>One lane of it.</summary>
/// <param name="Name">As in the log and in the broker's list of connections.</param>
/// <param name="State">What it is doing.</param>
/// <param name="InFlight">Messages taken in and not acknowledged yet.</param>
/// <param name="Rebuilds">How often it received nothing while messages waited and was built anew.</param>
/// <param name="Problem">What keeps it from consuming or storing.</param>
internal sealed record LaneStatus(string Name, string State, long InFlight, int Rebuilds, string? Problem);

/// <summary>JSON of the worker's HTTP answers, source-generated.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WorkerStatus))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(ReconcileAnswer))]
[JsonSerializable(typeof(ConfigAnswer[]))]
[JsonSerializable(typeof(DoctorAnswer[]))]
[JsonSerializable(typeof(IReadOnlyList<CounterReading>))]
internal sealed partial class StatusJson : JsonSerializerContext;
