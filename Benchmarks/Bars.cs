namespace Benchmarks;

/// <summary>Every bar there is. `./run bench --check` holds the result files against them.</summary>
internal static class Bars
{
    public static readonly Bar DrainToLimit = AtLeast("drain.to_limit", "Drain, of the C limit", 0.85, 0.95);
    public static readonly Bar EnvelopeToLimit = AtLeast("drain.envelope_to_limit", "Drain of envelopes, of the C limit", 0.75, 0.90);
    public static readonly Bar ToMassTransitEfCore = AtLeast("drain.to_masstransit_efcore", "Drain, times MassTransit Batch + EF Core SaveChanges", 8, 8);
    public static readonly Bar ToMassTransitBulk = AtLeast("drain.to_masstransit_bulk", "Drain, times MassTransit Batch + bulk insert", 3, 3);
    public static readonly Bar ToClientEfCore = AtLeast("drain.to_client_efcore", "Drain, times RabbitMQ.Client + EF Core", 5, 5);
    public static readonly Bar WorkerCpu = AtMost("drain.worker_cpu", "Worker CPU an order", "us", 10, 6);
    public static readonly Bar Allocation = AtMost("drain.allocation", "Worker allocation an order", "B", 350, 350);
    public static readonly Bar PeakMemory = AtMost("drain.peak_memory", "Worker's peak memory, 1,000,000 orders waiting", "MB", 150, 100);
    public static readonly Bar TlsToLimit = AtLeast("drain.tls_to_limit", "Drain over TLS, of the C limit over TLS", 0.9, 0.9);
    public static readonly Bar TlsAllocation = AtMost("drain.tls_allocation", "Worker allocation an order over TLS", "B", 60, 60);
    public static readonly Bar DuplicatesToClean = AtLeast("drain.duplicates_to_clean", "Drain with 10 % duplicates, of the clean drain", 0.7, 0.9);
    public static readonly Bar BadToClean = AtLeast("drain.bad_to_clean", "Drain with 0.1 % bad messages, of the clean drain", 0.9, 1.0);
    public static readonly Bar StartToFirstCommit = AtMost("drain.start", "Process start to first commit", "s", 1.5, 0.7);

    public static readonly Bar LatencyP50 = AtMost("latency.p50", "Publish to commit at 2,000 orders/s, p50", "ms", 5, 2);
    public static readonly Bar LatencyP99 = AtMost("latency.p99", "Publish to commit at 2,000 orders/s, p99", "ms", 25, 10);
    public static readonly Bar LatencyP99ToMassTransit = AtMost("latency.p99_to_masstransit", "The same p99, of MassTransit Batch's", "", 0.5, 0.2);

    public static readonly Bar ProducerToLimit = AtLeast("producer.to_limit", "Bulk producer, of the C limit", 0.9, 1.0);

    public static IReadOnlyList<Bar> All { get; } =
    [
        DrainToLimit, EnvelopeToLimit, ToMassTransitEfCore, ToMassTransitBulk, ToClientEfCore, WorkerCpu, Allocation, PeakMemory,
        TlsToLimit, TlsAllocation, DuplicatesToClean, BadToClean, StartToFirstCommit,
        LatencyP50, LatencyP99, LatencyP99ToMassTransit,
        ProducerToLimit,
    ];

    private static Bar AtLeast(string name, string title, double limit, double aim) => new(name, title, "", Direction.AtLeast, limit, aim);

    private static Bar AtMost(string name, string title, string unit, double limit, double aim) => new(name, title, unit, Direction.AtMost, limit, aim);
}
