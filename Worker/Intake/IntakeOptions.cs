using Infrastructure;

namespace Worker.Intake;

/// <summary>How many lanes there are and how much each may hold. Section <c>Intake</c>.</summary>
internal sealed class IntakeOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Intake";

    /// <summary>Database connections that a worker wants besides one a lane: for the dead queue, for health checks and for status queries.</summary>
    public const int DatabaseConnectionsBesidesLanes = 3;

    /// <summary>Broker connections that a worker wants besides one a lane: for the dead queue and for the queue's depth.</summary>
    public const int BrokerConnectionsBesidesLanes = 2;

    /// <summary>Seconds that the host waits longer than <see cref="ShutdownSeconds"/>, so that it does not lose patience before the lanes do.</summary>
    public const int HostGraceSeconds = 5;

    /// <summary>Default of <see cref="Lanes"/>.</summary>
    public const int DefaultLanes = 2;

    /// <summary>Default of <see cref="MaxBatch"/>.</summary>
    public const int DefaultMaxBatch = 1000;

    /// <summary>The largest <see cref="MaxBatch"/>.</summary>
    public const int LargestMaxBatch = 10_000;

    /// <summary>Default of <see cref="MaxBatchBytes"/>: 4 MiB.</summary>
    public const int DefaultMaxBatchBytes = 4 * 1024 * 1024;

    /// <summary>Default of <see cref="LingerMilliseconds"/>.</summary>
    public const int DefaultLingerMilliseconds = 2;

    /// <summary>Default of <see cref="ShutdownSeconds"/>.</summary>
    public const int DefaultShutdownSeconds = 25;

    /// <summary>Default of <see cref="HoldSeconds"/>: 5 minutes.</summary>
    public const int DefaultHoldSeconds = 300;

    /// <summary>The most that AMQP's prefetch count can say.</summary>
    public const int MaxPrefetch = ushort.MaxValue;

    // One batch being written, one filling, and two on their way: the broker's answer to an ack never finds the lane idle.
    private const int BatchesInPrefetch = 4;

    /// <summary>
    /// Gets or sets how many lanes this process runs. A lane is a channel, a database connection and two batches. Those besides the first consume only
    /// while they are needed.
    /// </summary>
    /// <value>The default is 2. The range is 1 to 64. More replicas are more lanes elsewhere.</value>
    [SettingRange("Intake:Lanes", 1, 64)]
    public int Lanes { get; set; } = DefaultLanes;

    /// <summary>
    /// Gets or sets the most messages of one batch. Batches are as small as the load allows; this is what they grow to when the
    /// database is the slower side.
    /// </summary>
    /// <value>The default is 1000. The range is 1 to 10,000.</value>
    [SettingRange("Intake:MaxBatch", 1, LargestMaxBatch)]
    public int MaxBatch { get; set; } = DefaultMaxBatch;

    /// <summary>Gets or sets the bytes after which a batch counts as full, whatever its messages.</summary>
    /// <value>The default is 4 MiB. The range is 64 KiB to 64 MiB.</value>
    [SettingRange("Intake:MaxBatchBytes", 64 * 1024, 64 * 1024 * 1024)]
    public int MaxBatchBytes { get; set; } = DefaultMaxBatchBytes;

    /// <summary>
    /// Gets or sets the most messages the broker hands a lane before it waits for acknowledgements. 0 stands for four times
    /// <see cref="MaxBatch"/>.
    /// </summary>
    /// <value>The default is 0. The range is 0 to 65,535, and at least twice <see cref="MaxBatch"/>.</value>
    [SettingRange("Intake:Prefetch", 0, MaxPrefetch)]
    public int Prefetch { get; set; }

    /// <summary>
    /// Gets or sets the least milliseconds between the beginnings of two writes of a lane. A full batch does not wait for them, nor does
    /// the first order after a pause.
    /// </summary>
    /// <value>The default is 2. The range is 0 to 1000; with 0 a write begins as soon as the last one has ended.</value>
    [SettingRange("Intake:LingerMilliseconds", 0, 1000)]
    public int LingerMilliseconds { get; set; } = DefaultLingerMilliseconds;

    /// <summary>
    /// Gets or sets the seconds for which messages are held while the database cannot be written to. After that they go back to the queue, for
    /// a replica that has better luck, and the lane consumes again once the database works.
    /// </summary>
    /// <value>The default is 300. The range is 1 to 1500: RabbitMQ closes the channel of whoever holds a message for 1800 (<c>consumer_timeout</c>).</value>
    [SettingRange("Intake:HoldSeconds", 1, 1500)]
    public int HoldSeconds { get; set; } = DefaultHoldSeconds;

    /// <summary>
    /// Gets or sets the seconds a stop may take: the batch in flight and the one that is filling are written and acknowledged within
    /// them. What is left then goes back to the queue.
    /// </summary>
    /// <value>The default is 25. The range is 1 to 600. Whoever sends SIGTERM should wait longer before SIGKILL.</value>
    [SettingRange("Intake:ShutdownSeconds", 1, 600)]
    public int ShutdownSeconds { get; set; } = DefaultShutdownSeconds;

    /// <summary>The prefetch that is asked for.</summary>
    public int EffectivePrefetch => Prefetch == 0 ? BatchesInPrefetch * MaxBatch : Prefetch;
}
