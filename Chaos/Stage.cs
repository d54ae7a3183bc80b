using System.Diagnostics;
using System.Text.Json;
using DevServers;
using DevServers.Demo;
using Npgsql;

namespace Chaos;

/// <summary>Servers, networks, replicas and producers: all that can be hurt.</summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>The replica that lives as long as the run: its memory shows whether it grows.</summary>
    public const int NeverEnded = 0;

    private const int Producers = 2;
    private const int Replicas = 2;
    private const string Forever = "1000000000";
    private const int Interrupted = 130;
    private const int DiskMegabytes = 512;
    private static readonly TimeSpan ProducerPatience = TimeSpan.FromSeconds(30);

    private readonly DevStack _stack;
    private readonly Programs _programs;
    private readonly Replica[] _replicas = new Replica[Replicas];
    private readonly long[] _startedAt = new long[Replicas];
    private readonly List<ChildProcess> _producers = [];
    private readonly List<string> _ledgers = [];

    private readonly string _broker;
    private readonly Dictionary<string, string?> _authority;

    private Stage(DevStack stack, bool tls)
    {
        _stack = stack;
        _programs = new Programs(stack);
        var rabbit = (RabbitProcess)stack.Rabbit;
        _broker = tls ? rabbit.TlsConnectionString : rabbit.ConnectionString;
        _authority = tls ? new() { ["RabbitMq__CaFile"] = rabbit.CaFile } : [];
        var broker = new Uri(_broker);
        var database = new NpgsqlConnectionStringBuilder(stack.Postgres.ConnectionString);
        WorkersToBroker = FaultProxy.To(broker.Host, broker.Port);
        ProducersToBroker = FaultProxy.To(broker.Host, broker.Port);
        WorkersToDatabase = FaultProxy.To(database.Host!, database.Port);
    }

    public FaultProxy WorkersToBroker { get; }

    public FaultProxy ProducersToBroker { get; }

    public FaultProxy WorkersToDatabase { get; }

    /// <summary>Where dead letters are stored, to be filled; <see langword="null"/> where none can be mounted.</summary>
    public SmallDisk? Disk { get; private set; }

    public DevServer Broker => _stack.Rabbit;

    public DevServer Database => _stack.Postgres;

    public int ReplicaCount => _replicas.Length;

    public string Folder => _stack.Folder;

    public bool KeepLogs
    {
        set => _stack.KeepLogs = value;
    }

    /// <summary>Starts servers and replicas, with the tables in place.</summary>
    public static async Task<Stage> SetAsync(bool tls, Action<string> say, CancellationToken cancellationToken)
    {
        var options = new DevStackOptions
        {
            StopOnSignals = false,
            LookAtDocker = false,
            LookAtEnvironment = false,
            RabbitTls = tls,
            Note = say,
        };
        var stack = await DevStack.StartAsync(options, cancellationToken);
        var stage = new Stage(stack, tls);
        try
        {
            await stage._programs.MigrateAsync(cancellationToken);
            await stage.UseSmallDiskAsync();
            await Task.WhenAll(Enumerable.Range(0, Replicas).Select(number => stage.StartReplicaAsync(number, cancellationToken)));
            return stage;
        }
        catch
        {
            stack.KeepLogs = true;
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a replica in the place of one that has ended.</summary>
    public async Task StartReplicaAsync(int number, CancellationToken cancellationToken)
    {
        _replicas[number] = Replica.Start(
            _programs,
            number + 1,
            [
                ("ConnectionStrings__RabbitMq", BrokerBehind(WorkersToBroker)),
                .. _authority.Select(file => (file.Key, file.Value!)),
                ("ConnectionStrings__Orders", DatabaseBehindNetwork),
            ]);
        _startedAt[number] = Stopwatch.GetTimestamp();
        await _replicas[number].WaitUntilReadyAsync(cancellationToken);
    }

    public Replica ReplicaAt(int number) => _replicas[number];

    public TimeSpan AgeOf(int number) => Stopwatch.GetElapsedTime(_startedAt[number]);

    /// <summary>A replica that has died without having been told to would make the run a failure.</summary>
    public void RequireReplicas()
    {
        foreach (var replica in _replicas)
        {
            replica.ThrowIfExited();
        }
    }

    /// <summary>Publishes so many orders as fast as it goes, and returns when the producer has ended.</summary>
    public async Task PublishAsync(int orders, int seed, CancellationToken cancellationToken)
    {
        var producer = StartProducer("calibrate", ["--count", $"{orders}", "--seed", $"{seed}"]);
        await producer.Exited.WaitAsync(cancellationToken);
        if (producer.ExitCode != 0)
        {
            throw new DevServersException($"The producer ended with exit code {producer.ExitCode}:\n{producer.LastLines()}");
        }
    }

    /// <summary>Starts the producers; together they publish so many orders a second until they are told to stop.</summary>
    public void StartProducers(double rate, int seed)
    {
        for (var number = 1; number <= Producers; number++)
        {
            _producers.Add(StartProducer(
                FormattableString.Invariant($"producer-{number}"),
                [
                    "--count", Forever, "--rate", FormattableString.Invariant($"{rate / Producers:0.##}"), "--duplicates", "1%", "--bad", "1%",
                    "--seed", FormattableString.Invariant($"{seed + number}"), "--give-up-after", "10m",
                ]));
        }
    }

    /// <summary>Tells the producers to stop and reads what they say about themselves.</summary>
    public async Task<IReadOnlyList<ProducerReport>> StopProducersAsync()
    {
        var reports = new List<ProducerReport>();
        foreach (var producer in _producers)
        {
            producer.Signal(Signals.Terminate);
            if (!await producer.WaitAsync(ProducerPatience) || producer.ExitCode != Interrupted)
            {
                throw new DevServersException($"A producer did not end as it should:\n{producer.LastLines()}");
            }

            // What it said on the way is in the same file.
            var said = await File.ReadAllTextAsync(producer.Output);
            reports.Add(JsonSerializer.Deserialize<ProducerReport>(said[said.LastIndexOf('{')..], JsonSerializerOptions.Web)!);
        }

        return reports;
    }

    /// <summary>Runs <c>worker reconcile</c> with everything that was published.</summary>
    public async Task<JsonElement> ReconcileAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "reconcile", "--json", "--wait", FormattableString.Invariant($"{patience.TotalSeconds:0}"), .. _ledgers.SelectMany(ledger => new[] { "--ledger", ledger }),
        ];
        var command = _programs.StartWorker("reconcile.json", arguments);
        await command.Exited.WaitAsync(cancellationToken);
        return JsonDocument.Parse(await File.ReadAllTextAsync(command.Output, cancellationToken)).RootElement;
    }

    /// <summary>Has the broker evaluate an expression.</summary>
    public Task EvaluateAsync(string expression) => ((RabbitProcess)_stack.Rabbit).EvaluateAsync(expression, CancellationToken.None);

    /// <summary>Runs a statement on the database, past the workers' network.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>What the tables hold.</summary>
    public Task<TableCounts> CountAsync(CancellationToken cancellationToken) =>
        new OrderTables(_stack.Postgres.ConnectionString).CountAsync(cancellationToken);

    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(_stack.Postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_producers.Select(producer => producer.StopAsync()));
        await Task.WhenAll(_replicas.OfType<Replica>().Select(replica => replica.AbandonAsync()));
        await WorkersToBroker.DisposeAsync();
        await ProducersToBroker.DisposeAsync();
        await WorkersToDatabase.DisposeAsync();
        await _stack.DisposeAsync();
        Disk?.Dispose();
    }

    // The orders of a long run would not fit. Some of nearly every batch are dead letters, so most of them need it all the same.
    private async Task UseSmallDiskAsync()
    {
        if (SmallDisk.IsPossible)
        {
            Disk = new SmallDisk(DiskMegabytes);
            await ExecuteAsync($"create tablespace small location '{Disk.Path}'");
            await ExecuteAsync("alter table dead_letters set tablespace small");
        }
    }

    private string DatabaseBehindNetwork =>
        new NpgsqlConnectionStringBuilder(_stack.Postgres.ConnectionString) { Host = "127.0.0.1", Port = WorkersToDatabase.Port }.ConnectionString;

    private string BrokerBehind(FaultProxy proxy) =>
        new UriBuilder(_broker) { Host = "127.0.0.1", Port = proxy.Port }.Uri.ToString();

    private ChildProcess StartProducer(string name, string[] arguments)
    {
        var ledger = Path.Combine(_stack.Folder, name + ".ledger");
        _ledgers.Add(ledger);
        return _programs.StartProducer(
            name + ".json",
            ["generate", "--json", "--ledger", ledger, .. arguments],
            errorsToOurs: false,
            new Dictionary<string, string?>(_authority) { ["ConnectionStrings__RabbitMq"] = BrokerBehind(ProducersToBroker) });
    }
}
