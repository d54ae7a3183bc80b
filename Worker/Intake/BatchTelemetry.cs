using System.Diagnostics;
using System.Diagnostics.Metrics;
using Infrastructure;
using Infrastructure.RabbitMq;
using Infrastructure.Telemetry;

namespace Worker.Intake;

/// <summary>Traces and measures batches. Only there while telemetry is on, so that it costs nothing while it is off.</summary>
internal sealed class BatchTelemetry : IDisposable
{
    private const string Operation = "process";

    private readonly ActivitySource _source = new(TelemetryNames.Worker);
    private readonly TimeProvider _time;
    private readonly string _spanName;
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly Histogram<double> _processing;
    private readonly Histogram<long> _rows;
    private readonly Histogram<double> _publishToCommit;

    public BatchTelemetry(IMeterFactory meters, RabbitMqConnector connector, TimeProvider time)
    {
        _time = time;

        // Its messages may come from several exchanges, so the queue is all that is true of all of them.
        var (queue, broker) = (connector.Names.Queue, connector.Endpoint);
        _spanName = $"{Operation} {queue}";
        _tags = TelemetryNames.Messaging(Operation, Operation, queue, broker.HostName, broker.Port);
        var meter = meters.Create(TelemetryNames.Worker);
        _processing = meter.CreateHistogram(
            "messaging.process.duration", "s", "From the first attempt to write a batch to its commit, or to its being given up.", tags: null,
            TelemetryNames.Seconds);
        _rows = meter.CreateHistogram(
            "orders.batch.rows", "{order}", "Orders of a batch, repetitions within it left out.", tags: null,
            new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] });
        _publishToCommit = meter.CreateHistogram(
            "orders.publish_to_commit.duration", "s", "From publishing an order to its commit, for messages that say when they were published.",
            tags: null, TelemetryNames.SecondsOrMuchMore);
    }

    /// <summary>A batch is about to be written. Its span is current until <see cref="BatchSpan"/> hears what became of it.</summary>
    public BatchSpan Begin(OrderBatch batch) => new(this, batch, StartSpan(batch), _time.GetTimestamp());

    public void Dispose() => _source.Dispose();

    private Activity? StartSpan(OrderBatch batch) => _source.HasListeners()
        ? _source.StartActivity(
            _spanName,
            ActivityKind.Consumer,
            default(ActivityContext),
            [
                .. _tags,
                new(TelemetryNames.BatchMessageCount, batch.Deliveries),
                new(TelemetryNames.UnlinkedCount, batch.Links?.Unlinked ?? 0),
            ],
            batch.Links?.Links)
        : null;

    private static string NameOf(FlushReason reason) => reason.ToString().ToLowerInvariant();

    /// <summary>A batch between the beginning of its write and what becomes of it.</summary>
    internal sealed class BatchSpan(BatchTelemetry owner, OrderBatch batch, Activity? span, long started)
    {
        /// <summary>It is durable.</summary>
        public void Committed()
        {
            End(owner._tags);
            owner._rows.Record(batch.Count, new KeyValuePair<string, object?>(TelemetryNames.FlushReason, NameOf(batch.FlushReason)));
            if (owner._publishToCommit.Enabled)
            {
                var now = UnixMicroseconds.Of(owner._time.GetUtcNow());
                foreach (var publishedAt in batch.PublishTimes())
                {
                    // A clock ahead of ours counts as no time at all.
                    owner._publishToCommit.Record(Math.Max(0, now - publishedAt) / 1e6);
                }
            }
        }

        /// <summary>Nobody tries any more, and its messages will be delivered again.</summary>
        public void GaveUp(string? problem)
        {
            span?.SetTag(TelemetryNames.ErrorType, "gave_up").SetStatus(ActivityStatusCode.Error, problem);
            End([.. owner._tags, new(TelemetryNames.ErrorType, "gave_up")]);
        }

        private void End(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            span?.Dispose();
            owner._processing.Record(owner._time.GetElapsedTime(started).TotalSeconds, tags);
        }
    }
}
