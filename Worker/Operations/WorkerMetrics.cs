using System.Diagnostics.Metrics;
using Infrastructure.RabbitMq;
using Infrastructure.Telemetry;
using Microsoft.Extensions.Options;
using Worker.Failures;
using Worker.Intake;
using Worker.Intake.Counting;

namespace Worker.Operations;

/// <summary>
/// The figures of <c>/status</c> as metrics. All of them are read when the exporter asks, from what is counted anyway; nothing is done for
/// them in between.
/// </summary>
internal sealed class WorkerMetrics(
    IMeterFactory meters, IntakeService intake, IntakeCounters counters, QueueDepthMonitor queue, WriteBreaker breaker,
    IOptions<IntakeOptions> options, RabbitMqConnector connector) : IHostedService
{
    private const string OpenFiles = "/proc/self/fd";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create(TelemetryNames.Worker);
        var (queueName, broker) = (connector.Names.Queue, connector.Endpoint);
        var messaging = TelemetryNames.Messaging("process", "process", queueName, broker.HostName, broker.Port);

        meter.CreateObservableCounter("messaging.client.consumed.messages", () => new Measurement<long>(Consumed(), messaging),
            "{message}", "Messages that are done with: stored, put aside, or handed back.");
        meter.CreateObservableCounter("orders.deliveries", Deliveries,
            "{message}", "Messages that are done with, by how they came in.");
        meter.CreateObservableCounter("orders.stored", () => counters.Read().Stored,
            "{order}", "Orders that were new.");
        meter.CreateObservableCounter("orders.duplicates", () => counters.Read().Duplicates,
            "{order}", "Orders that were stored already, with the same content.");
        meter.CreateObservableCounter("orders.dead_letters", DeadLetters,
            "{message}", "Messages put aside.");
        meter.CreateObservableCounter("orders.lane.rebuilds", () => intake.Lanes.Sum(lane => (long)lane.Rebuilds),
            "{rebuild}", "How often a lane received nothing while messages waited and was built anew.");

        meter.CreateObservableGauge("orders.in_flight", () => intake.Lanes.Sum(lane => lane.InFlight),
            "{message}", "Messages taken in and not acknowledged yet.");
        meter.CreateObservableGauge("orders.prefetch", () => (long)options.Value.EffectivePrefetch * options.Value.Lanes,
            "{message}", "Most messages this replica holds unacknowledged.");
        meter.CreateObservableGauge("orders.queue.ready", () => Known(queue.Depth),
            "{message}", "Messages waiting in the queue; absent when the broker does not say.");
        meter.CreateObservableGauge("orders.queue.drain_time", () => Known(DrainTime()),
            "s", "How long this replica alone would take for them at its present rate; absent when it stores nothing.");
        meter.CreateObservableGauge("orders.breaker.state", BreakerLevel,
            description: "Whether this replica writes: 0 it does, 1 a lane is trying, 2 the database fails and what is held waits.");
        meter.CreateObservableGauge("process.open_file_descriptor.count", () => Known(OpenFileCount()),
            "{file_descriptor}", "Open files and sockets; only on Linux.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static IEnumerable<Measurement<T>> Known<T>(T? value)
        where T : struct => value is { } known ? [new Measurement<T>(known)] : [];

    private static long? OpenFileCount() =>
        Directory.Exists(OpenFiles) ? Directory.EnumerateFileSystemEntries(OpenFiles).LongCount() : null;

    // Without those in flight: a sum of figures that are read one after the other could go back, and a counter must not.
    private long Consumed()
    {
        var totals = counters.Read();
        return totals.Settled + totals.HandedBack;
    }

    private IEnumerable<Measurement<long>> DeadLetters() => counters.Read().DeadLetters
        .Select(entry => new Measurement<long>(entry.Value, new KeyValuePair<string, object?>(TelemetryNames.Reason, entry.Key)));

    private IEnumerable<Measurement<long>> Deliveries()
    {
        var paths = counters.Read().Deliveries;
        return [Of("direct", paths.Direct), Of("assembled", paths.Assembled), Of("overflow", paths.Overflow)];

        static Measurement<long> Of(string path, long count) =>
            new(count, new KeyValuePair<string, object?>(TelemetryNames.DeliveryPath, path));
    }

    private double? DrainTime() => counters.Read().OrdersPerSecond is var rate and > 0 && queue.Depth is { } ready ? ready / rate : null;

    private int BreakerLevel() => breaker.State switch
    {
        BreakerState.Closed => 0,
        BreakerState.HalfOpen => 1,
        _ => 2,
    };
}
