using DevServers;
using Npgsql;

namespace Benchmarks.Servers;

/// <summary>A broker and a database server for a measure alone, durable as in production and the same for every contestant.</summary>
internal sealed class BenchServers : IAsyncDisposable
{
    // Room enough that no checkpoint falls into one contestant's run and spares the next.
    private static readonly string[] PostgresSettings =
    [
        "fsync=on",
        "synchronous_commit=on",
        "track_commit_timestamp=on",
        "shared_buffers=512MB",
        "max_wal_size=8GB",
        "min_wal_size=2GB",
        "checkpoint_timeout=30min",
    ];

    // The broker keeps what it has written last in memory as well, until its log is as long as this; 512 MiB as installed. What lies beyond
    // is read from disk at twice the price, so without room for all one contestant would find in memory what the next finds on disk.
    // One TLS version, so that all clients of the TLS listener have the same.
    private static readonly string[] RabbitSettings = ["raft.wal_max_size_bytes = 4294967296", "ssl_options.versions.1 = tlsv1.3"];

    // 1 GiB, more than a run needs between two checkpoints.
    private const int WalSegments = 64;

    private readonly DevStack _stack;

    private BenchServers(DevStack stack)
    {
        _stack = stack;
        Queues = new BrokerQueues(stack.Rabbit.ConnectionString);
    }

    /// <summary>The broker's AMQP URI.</summary>
    public string Broker => _stack.Rabbit.ConnectionString;

    /// <summary>The same broker's AMQP URI for connections over TLS.</summary>
    public string TlsBroker => Rabbit.TlsConnectionString;

    /// <summary>The certificate of the authority that signed the broker's, in PEM.</summary>
    public string BrokerCaFile => Rabbit.CaFile;

    public BrokerQueues Queues { get; }

    /// <summary>Versions and settings, one line each.</summary>
    public IReadOnlyList<string> Description { get; private set; } = [];

    public TimeSpan BrokerCpu => ProcessTimes.OfTree(_stack.Rabbit.Pid);

    public TimeSpan DatabaseCpu => ProcessTimes.OfTree(_stack.Postgres.Pid);

    private RabbitProcess Rabbit => (RabbitProcess)_stack.Rabbit;

    public static async Task<BenchServers> StartAsync(CancellationToken cancellationToken)
    {
        var stack = await DevStack.StartAsync(
            new DevStackOptions
            {
                LookAtEnvironment = false,
                LookAtDocker = false,
                StopOnSignals = false,
                RabbitSettings = RabbitSettings,
                RabbitTls = true,
                PostgresSettings = PostgresSettings,
            },
            cancellationToken);
        var servers = new BenchServers(stack);
        try
        {
            if (stack.Source is not ServerSource.Packages)
            {
                throw new BenchException("Benchmarks read their servers' CPU from /proc and need them from packages: unset DEVSERVERS.");
            }

            await servers.PrepareAsync(cancellationToken);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    public Task<OrdersDatabase> CreateDatabaseAsync(string name, CancellationToken cancellationToken) =>
        OrdersDatabase.CreateAsync(_stack.Postgres.ConnectionString, name, cancellationToken);

    /// <summary>A database that begins with rows instead of empty; see <see cref="OrdersDatabase.With"/>.</summary>
    public OrdersDatabase DatabaseWith(EarlierRows earlier, string name) => OrdersDatabase.With(earlier, _stack.Postgres.ConnectionString, name);

    /// <summary>Makes rows that databases can begin with.</summary>
    public Task<EarlierRows> CreateEarlierRowsAsync(string name, int rows, bool randomIds, CancellationToken cancellationToken) =>
        OrdersDatabase.CreateEarlierRowsAsync(_stack.Postgres.ConnectionString, name, rows, randomIds, cancellationToken);

    /// <summary>
    /// Has the broker begin a new log, and move the messages of the old one from memory to where a queue keeps what has waited for long.
    /// </summary>
    public Task RollOverAsync(CancellationToken cancellationToken) => Rabbit.EvaluateAsync(
        "ra_log_wal:force_roll_over(ra_log_wal), ra_log_segment_writer:await(ra_log_segment_writer).", cancellationToken);

    /// <summary>Waits until broker and database have nothing left to do.</summary>
    public Task<bool> RestAsync(CancellationToken cancellationToken) =>
        Rest.ComesAsync(() => BrokerCpu + DatabaseCpu, TimeProvider.System, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Queues.DisposeAsync();
        await _stack.DisposeAsync();
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var server = NpgsqlDataSource.Create(_stack.Postgres.ConnectionString);
        var compression = await CompressWalAsync(server, cancellationToken);
        await AgeWalAsync(server, cancellationToken);
        Description =
        [
            $"{await Queues.VersionAsync(cancellationToken)}; quorum queues, {string.Join(", ", RabbitSettings)}",
            $"PostgreSQL {await ScalarAsync(server, "show server_version", cancellationToken)}; {string.Join(", ", PostgresSettings)}, {compression}",
            "Broker, database and contestant share the machine",
        ];
    }

    private static async Task<string> CompressWalAsync(NpgsqlDataSource server, CancellationToken cancellationToken)
    {
        // A server that was built without lz4 does not list it.
        const string HasLz4 = "select ('lz4' = any(enumvals))::text from pg_settings where name = 'wal_compression'";
        var method = await ScalarAsync(server, HasLz4, cancellationToken) == "true" ? "lz4" : "off";
        await ExecuteAsync(server, $"alter system set wal_compression = '{method}'", cancellationToken);
        await ExecuteAsync(server, "select pg_reload_conf()", cancellationToken);
        return $"wal_compression={method}";
    }

    // A server that has been up for long writes its log into files it has used before. A new one makes each of them first, which costs as much
    // as a tenth of all else it does, and would go to whoever comes early.
    private static async Task AgeWalAsync(NpgsqlDataSource server, CancellationToken cancellationToken)
    {
        for (var segment = 0; segment < WalSegments; segment++)
        {
            await ExecuteAsync(server, "select pg_create_restore_point('bench'), pg_switch_wal()", cancellationToken);
        }

        await ExecuteAsync(server, "checkpoint", cancellationToken);
    }

    private static async Task<string?> ScalarAsync(NpgsqlDataSource server, string sql, CancellationToken cancellationToken)
    {
        await using var command = server.CreateCommand(sql);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource server, string sql, CancellationToken cancellationToken)
    {
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
