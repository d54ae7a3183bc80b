using System.Globalization;
using Infrastructure.Postgres;
using Infrastructure.RabbitMq;
using Microsoft.Extensions.Options;
using Npgsql;
using Worker.Failures;
using Worker.Intake.Counting;

namespace Worker.Intake;

/// <summary>
/// The worker's work: waits for the schema, runs the lanes and the dead queue, and at the end lets them finish what they hold.
/// </summary>
internal sealed class IntakeService : BackgroundService, IHostedLifecycleService
{
    // About all lanes, their writes and the dead queue together. With what else is said that makes less than twenty in a second, wherever the second begins.
    private const int LinesASecond = 8;

    private readonly SchemaGate _schema;
    private readonly RabbitMqConnector _connector;
    private readonly NpgsqlDataSource _database;
    private readonly WorkerName _worker;
    private readonly IntakeCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger<IntakeService> _logger;
    private readonly TimeSpan _shutdownTimeout;
    private readonly Lane[] _lanes;
    private readonly DeadQueue _deadQueue;

    public IntakeService(
        SchemaGate schema, RabbitMqConnector connector, NpgsqlDataSource database, IOptions<PostgresOptions> postgres,
        IOptions<IntakeOptions> options, IntakeSwitches switches, WorkerName worker, WriteBreaker breaker, QueueDepthMonitor queue,
        IntakeCounters counters, TimeProvider time, ILogger<IntakeService> logger, BatchTelemetry? telemetry = null)
    {
        _schema = schema;
        _counters = counters;
        _time = time;
        _logger = logger;
        _shutdownTimeout = TimeSpan.FromSeconds(options.Value.ShutdownSeconds);
        _connector = connector;
        _database = database;
        _worker = worker;
        var lines = new LogBudget(LinesASecond, time);
        var trial = new StoreTrial();
        var demand = new LaneDemand(options.Value.MaxBatch, switches.Calm, time);
        _lanes = [.. Enumerable.Range(1, options.Value.Lanes).Select(CreateLane)];
        _deadQueue = CreateDeadQueue();

        Lane CreateLane(int number)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{worker.Value} lane {number}");
            return new Lane(
                name, connector.Names.Queue, stop => RabbitDeliveryChannel.OpenAsync(connector, name, options.Value.EffectivePrefetch, time, stop),
                CreateWriter(name), new LaneWatchdog(switches.LongestSilence, time), () => queue.Depth, lines, options.Value, counters, time, logger,
                telemetry: telemetry, demand: demand, isFirst: number == 1);
        }

        DeadQueue CreateDeadQueue()
        {
            var name = $"{worker.Value} dead queue";
            return new DeadQueue(
                name, connector.Names.DeadQueue, stop => RabbitDeliveryChannel.OpenAsync(connector, name, prefetch: 1, time, stop),
                () => queue.DeadDepth, CreateWriter(name), counters, lines, time, logger);
        }

        BatchWriter CreateWriter(string name)
        {
            var store = new OrderStore(database, postgres.Value, worker.Value, trial);
            return new BatchWriter(store, breaker, TimeSpan.FromSeconds(options.Value.HoldSeconds), lines, time, logger, name);
        }
    }

    public IReadOnlyList<Lane> Lanes => _lanes;

    /// <summary>A fault of the worker's own ended the work.</summary>
    public bool HasFailed => ExecuteTask is { IsFaulted: true };

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Drains before anything else is stopped, so that probes and status still answer meanwhile.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => StopAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var database = new NpgsqlConnectionStringBuilder(_database.ConnectionString);
        var hosts = database.Host!.Contains(',', StringComparison.Ordinal) ? database.Host : $"{database.Host}:{database.Port}";
        _logger.Starting(_worker.Value, _connector.Names.Pipeline, _connector.Address, $"{hosts}/{database.Database}");
        try
        {
            await _schema.WaitUntilCurrentAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }

        using var abort = new CancellationTokenSource();
        await using var deadline = stoppingToken.Register(() => StartDeadline(abort));
        await Task.WhenAll([.. _lanes.Select(lane => lane.RunAsync(stoppingToken, abort.Token)), _deadQueue.RunAsync(stoppingToken, abort.Token)]);
        await _deadQueue.DisposeAsync();
        foreach (var lane in _lanes)
        {
            await lane.DisposeAsync();
        }

        ReportDrain();
    }

    private void StartDeadline(CancellationTokenSource abort)
    {
        _logger.Draining(_shutdownTimeout.TotalSeconds);
        _ = AbortAfterAsync();

        async Task AbortAfterAsync()
        {
            try
            {
                await Task.Delay(_shutdownTimeout, _time, abort.Token);
                await abort.CancelAsync();
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                // Drained in time.
            }
        }
    }

    private void ReportDrain()
    {
        var totals = _counters.Read();
        _logger.Drained(
            totals.Settled + totals.HandedBack, totals.Stored, totals.Duplicates, totals.DeadLetters.Values.Sum(), totals.HandedBack);
    }
}
