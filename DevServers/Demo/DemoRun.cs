using System.Diagnostics;
using System.Text.Json;
using HdrHistogram;

namespace DevServers.Demo;

/// <summary>The demo from migration to closed books, on a stack that is up.</summary>
internal sealed class DemoRun(DevStack stack, DemoOptions options, Action<string> say)
{
    private const int SomeLinesRefused = 3;
    private const string ReportName = "producer.json";
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SayInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan IdlePatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestDrain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);

    private readonly Programs _programs = new(stack);
    private readonly OrderTables _tables = new(stack.Postgres.ConnectionString);
    private readonly List<Replica> _replicas = [];
    private ChildProcess? _producer;

    public async Task<DemoResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RunAllAsync(cancellationToken);
        }
        finally
        {
            if (_producer is not null)
            {
                await _producer.StopAsync((Signals.Terminate, KillPatience));
            }

            await Task.WhenAll(_replicas.Select(replica => replica.AbandonAsync()));
        }
    }

    private async Task<DemoResult> RunAllAsync(CancellationToken cancellationToken)
    {
        say("Creating the tables.");
        await _programs.MigrateAsync(cancellationToken);
        var before = await _tables.CountAsync(cancellationToken);
        await using var queue = await OrderQueue.ConnectAsync(stack.Rabbit.ConnectionString, cancellationToken);
        await RequireEmptyAsync(queue, cancellationToken);
        await StartReplicasAsync(cancellationToken);

        var watch = new DrainWatch(TimeProvider.System, DrainPatience, IdlePatience);
        var started = Stopwatch.GetTimestamp();
        var report = await PublishAsync(watch, queue, cancellationToken);
        var published = Stopwatch.GetTimestamp();
        var statuses = await DrainAsync(watch, queue, report, cancellationToken);

        say("Stopping the replicas.");
        await Task.WhenAll(_replicas.Select(replica => replica.StopAsync()));
        var counts = (await _tables.CountAsync(cancellationToken)).Less(before);
        var books = new Books
        {
            Producer = report,
            Generated = options.File is null,
            Replicas = statuses,
            Rows = counts.Rows,
            DistinctRows = counts.DistinctRows,
            DeadLetters = counts.DeadLetters,
            QueueDepth = await queue.DepthAsync(cancellationToken),
        };

        return new DemoResult
        {
            Books = books,
            Equations = Reconciliation.Check(books),
            Latency = Merge(statuses),
            Elapsed = Stopwatch.GetElapsedTime(FirstPublish(started, published, report), watch.MovedAt),
            DrainRate = watch.RateSince(published, ShortestDrain),
        };
    }

    /// <summary>
    /// Percentiles cannot be averaged, counts can be added: that is why replicas report buckets. Range and digits are the worker's, so
    /// every count lands in the bucket that it came from.
    /// </summary>
    private static LongHistogram Merge(IReadOnlyList<WorkerStatus> statuses)
    {
        var microseconds = new LongHistogram(1, (1L << 35) - 1, numberOfSignificantValueDigits: 1);
        foreach (var bucket in statuses.SelectMany(status => status.PublishToCommitMs?.Buckets ?? []))
        {
            var upper = (long)Math.Round(bucket[0] * 1000);
            microseconds.RecordValueWithCount(Math.Clamp(upper, 0, microseconds.HighestTrackableValue), (long)bucket[1]);
        }

        return microseconds;
    }

    /// <summary>
    /// The producer says how long it published, not when; counted back from its end. Its own start is the earliest that it can have been.
    /// </summary>
    private static long FirstPublish(long started, long ended, ProducerReport report)
    {
        return Math.Max(started, ended - (long)(report.Seconds * Stopwatch.Frequency));
    }

    private static async Task RequireEmptyAsync(OrderQueue queue, CancellationToken cancellationToken)
    {
        // Somebody else's orders would be stored too, and no equation would hold.
        if (await queue.DepthAsync(cancellationToken) is > 0 and var depth)
        {
            throw new DevServersException(
                $"The queue orders already holds {depth} messages; the demo counts only with an empty one. "
                + $"Let a worker drain it first, or unset {ServerFinder.RabbitVariable} "
                + $"and {ServerFinder.PostgresVariable} to get private servers.");
        }
    }

    private async Task StartReplicasAsync(CancellationToken cancellationToken)
    {
        say($"Starting {options.Replicas} worker {(options.Replicas == 1 ? "replica" : "replicas")}.");
        for (var number = 1; number <= options.Replicas; number++)
        {
            _replicas.Add(Replica.Start(_programs, number));
        }

        await Task.WhenAll(_replicas.Select(replica => replica.WaitUntilReadyAsync(cancellationToken)));
    }

    private async Task<ProducerReport> PublishAsync(DrainWatch watch, OrderQueue queue, CancellationToken cancellationToken)
    {
        string[] arguments = options.File is { } file
            ? ["publish", Path.GetFullPath(file), "--json"]
            :
            [
                "generate", "--count", $"{options.Orders}", "--duplicates", options.Duplicates, "--bad", options.Bad, "--json",
                .. SeedArguments(),
            ];
        say(options.File is null ? $"Publishing {options.Orders} orders." : $"Publishing the orders of {options.File}.");
        _producer = _programs.StartProducer(ReportName, arguments);
        while (!_producer.HasExited)
        {
            await LookAsync(watch, queue, confirmed: null, cancellationToken);
            await Task.WhenAny(_producer.Exited, Task.Delay(PollInterval, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (_producer.ExitCode is not (0 or SomeLinesRefused))
        {
            throw new DevServersException(
                $"The producer ended with exit code {_producer.ExitCode}; its messages are above, "
                + $"its output was:\n{_producer.LastLines()}");
        }

        var text = await File.ReadAllTextAsync(_producer.Output, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize<ProducerReport>(text, JsonSerializerOptions.Web)!;
        }
        catch (JsonException e)
        {
            throw new DevServersException($"The producer's output is not the JSON object that --json promises ({e.Message}):\n{text}", e);
        }
    }

    private string[] SeedArguments()
    {
        return options.Seed is { } seed ? ["--seed", $"{seed}"] : [];
    }

    private async Task<IReadOnlyList<WorkerStatus>> DrainAsync(
        DrainWatch watch, OrderQueue queue, ProducerReport report, CancellationToken cancellationToken)
    {
        var said = Stopwatch.StartNew();
        while (true)
        {
            var (statuses, depth) = await LookAsync(watch, queue, report.Confirmed, cancellationToken);
            if (watch.Drained)
            {
                return statuses;
            }

            if (watch.Stalled)
            {
                say("Nothing moves any more; the books are closed as they are.");
                return statuses;
            }

            if (said.Elapsed > SayInterval)
            {
                say($"Settled {statuses.Sum(status => status.Settled):N0} of {report.Confirmed:N0}, {depth:N0} in the queue.");
                said.Restart();
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    private async Task<(IReadOnlyList<WorkerStatus> Statuses, long Depth)> LookAsync(
        DrainWatch watch, OrderQueue queue, long? confirmed, CancellationToken cancellationToken)
    {
        foreach (var replica in _replicas)
        {
            replica.ThrowIfExited();
        }

        // The depth first: what leaves the queue afterwards is found in a replica. The other way round it could be missed in both.
        var depth = await queue.DepthAsync(cancellationToken);
        var statuses = await Task.WhenAll(_replicas.Select(replica => replica.StatusAsync(cancellationToken)));
        watch.See(statuses, depth, confirmed);
        return (statuses, depth);
    }
}
