using Microsoft.Extensions.Options;
using Worker.Failures;
using Worker.Intake;
using Worker.Intake.Counting;

namespace Worker.Operations;

/// <summary><c>/status</c>: what this replica has done and what it is doing, as JSON.</summary>
internal static class StatusEndpoint
{
    public static void MapStatus(this WebApplication app) => app.MapGet("/status",
        (IntakeService intake, IntakeCounters counters, QueueDepthMonitor queue, WriteBreaker breaker, WorkerName worker, IOptions<IntakeOptions> options) =>
            Results.Json(Read(intake, counters, queue, breaker, worker, options.Value), StatusJson.Default.WorkerStatus));

    /// <summary>What the lanes are doing, in a word.</summary>
    public static string StateOf(IReadOnlyList<Lane> lanes)
    {
        if (lanes.Any(lane => lane.State is LaneState.Stopping or LaneState.Stopped))
        {
            return NameOf(LaneState.Stopping);
        }

        return NameOf(lanes.Any(lane => lane.State == LaneState.Consuming) ? LaneState.Consuming : lanes[0].State);
    }

    private static WorkerStatus Read(
        IntakeService intake, IntakeCounters counters, QueueDepthMonitor queue, WriteBreaker breaker, WorkerName worker, IntakeOptions options)
    {
        var totals = counters.Read();
        var inFlight = intake.Lanes.Sum(lane => lane.InFlight);
        return new WorkerStatus
        {
            Worker = worker.Value,
            State = StateOf(intake.Lanes),
            Prefetch = options.EffectivePrefetch * options.Lanes,
            InFlight = inFlight,
            Received = totals.Settled + totals.HandedBack + inFlight,
            Deliveries = totals.Deliveries,
            Stored = totals.Stored,
            Duplicates = totals.Duplicates,
            DeadLetters = totals.DeadLetters,
            HandedBack = totals.HandedBack,
            FromDeadQueue = totals.FromDeadQueue,
            Batches = totals.Batches,
            RowsPerBatch = totals.Batches == 0 ? 0 : Math.Round((double)totals.Stored / totals.Batches, 1),
            OrdersPerSecond = Math.Round(totals.OrdersPerSecond, 1),
            CommitMs = totals.Commit,
            PublishToCommitMs = totals.PublishToCommit,
            QueueDepth = queue.Depth,
            Breaker = new BreakerStatus(breaker.State.ToString().ToLowerInvariant(), Math.Round(breaker.OpenFor.TotalSeconds, 1), breaker.Fault?.Problem),
            Lanes = [.. intake.Lanes.Select(lane => new LaneStatus(lane.Name, NameOf(lane.State), lane.InFlight, lane.Rebuilds, lane.BrokerProblem ?? lane.WriteProblem))],
        };
    }

    private static string NameOf(LaneState state) => state.ToString().ToLowerInvariant();
}
