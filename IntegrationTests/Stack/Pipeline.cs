using System.Collections.Concurrent;
using DevServers;
using Infrastructure.Postgres;
using Infrastructure.RabbitMq;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace IntegrationTests.Stack;

/// <summary>A queue and a database of a test's own, and what a test does with them.</summary>
internal sealed class Pipeline : IAsyncDisposable
{
    private readonly DevStack _stack;
    private readonly bool _ownsStack;
    private readonly string _database;
    private readonly ConcurrentBag<Func<string?>> _bounds = [];
    private bool _isGiven;
    private bool _usesTls;
    private IConnection? _connection;
    private IChannel? _channel;

    private Pipeline(DevStack stack, bool ownsStack, string name, string connectionString)
    {
        _stack = stack;
        _ownsStack = ownsStack;
        _database = name;
        Names = new TopologyNames(name);
        DatabaseConnectionString = connectionString;
        BrokerConnectionString = stack.Rabbit.ConnectionString;
    }

    public TopologyNames Names { get; }

    /// <summary>Filled by <see cref="Backlog.PublishAsync"/>.</summary>
    public Backlog Backlog { get; } = new();

    /// <summary>The most memory that a worker may have here.</summary>
    public int MostMebibytes { get; set; } = WorkerBounds.UsualMebibytes;

    public string DatabaseConnectionString { get; private set; }

    public string BrokerConnectionString { get; private init; }

    public DevStack Servers => _stack;

    /// <summary>On the servers that all tests share.</summary>
    public static async Task<Pipeline> CreateAsync(bool withSchema = true) =>
        await CreateAsync(await TestServers.SharedAsync(), ownsStack: false, withSchema);

    /// <summary>On servers of its own, which end with it.</summary>
    /// <param name="tls">Workers connect to the broker over TLS.</param>
    /// <param name="rabbitSettings">More lines for rabbitmq.conf.</param>
    public static async Task<Pipeline> CreateOnOwnServersAsync(bool tls = false, params string[] rabbitSettings)
    {
        var pipeline = await CreateAsync(await TestServers.PrivateAsync(tls, rabbitSettings), ownsStack: true, withSchema: true);
        pipeline._usesTls = tls;
        return pipeline;
    }

    /// <summary>On servers that somebody else ends, where names and users are given.</summary>
    public static Pipeline On(DevStack stack, string name, string broker, string database) =>
        new(stack, ownsStack: false, name, database) { BrokerConnectionString = broker, _isGiven = true };

    /// <summary>A network to the broker that can be spoiled.</summary>
    public FaultProxy ProxyToBroker()
    {
        var broker = new Uri(BrokerConnectionString);
        return Observed(FaultProxy.To(broker.Host, broker.Port));
    }

    /// <summary>A network to the database that can be spoiled.</summary>
    public FaultProxy ProxyToDatabase()
    {
        var database = new NpgsqlConnectionStringBuilder(DatabaseConnectionString);
        return Observed(FaultProxy.To(database.Host!, database.Port));
    }

    /// <summary>Lets a worker reach the broker through a proxy; comes after <see cref="Settings"/>.</summary>
    public string BrokerBehind(FaultProxy proxy) =>
        $"ConnectionStrings:RabbitMq={AddressBehind(proxy)}";

    /// <summary>The broker's address through a proxy.</summary>
    public string AddressBehind(FaultProxy proxy) =>
        new UriBuilder(BrokerConnectionString) { Host = "127.0.0.1", Port = proxy.Port }.Uri.ToString();

    /// <summary>Lets a worker reach the database through a proxy; comes after <see cref="Settings"/>.</summary>
    public string DatabaseBehind(FaultProxy proxy) =>
        $"ConnectionStrings:Orders={new NpgsqlConnectionStringBuilder(DatabaseConnectionString) { Host = "127.0.0.1", Port = proxy.Port }.ConnectionString}";

    /// <summary>What makes a worker work here.</summary>
    public string[] Settings(params string[] more) =>
    [
        .. BrokerSettings,
        $"ConnectionStrings:Orders={DatabaseConnectionString}",
        $"RabbitMq:Pipeline={Names.Pipeline}",
        .. more,
    ];

    private string[] BrokerSettings => _usesTls && _stack.Rabbit is RabbitProcess rabbit
        ? [$"ConnectionStrings:RabbitMq={rabbit.TlsConnectionString}", $"RabbitMq:CaFile={rabbit.CaFile}"]
        : [$"ConnectionStrings:RabbitMq={BrokerConnectionString}"];

    /// <summary>A worker begins here, which keeps within bounds whatever befalls it.</summary>
    /// <param name="fault">Says how it does not; <see langword="null"/> as long as it does.</param>
    public void Observe(Func<string?> fault) => _bounds.Add(fault);

    /// <summary>How the workers that began here went beyond their bounds so far.</summary>
    public IReadOnlyList<string> BeyondBounds() => [.. _bounds.Select(fault => fault()).OfType<string>()];

    /// <summary>
    /// Gives the pipeline's own PostgreSQL a standby without which nothing is committed. From then on both are its database, and the one that is
    /// primary is asked.
    /// </summary>
    public async Task<Standby> AddStandbyAsync()
    {
        var standby = await Standby.StartAsync(this);
        var (primary, copy) = (new NpgsqlConnectionStringBuilder(DatabaseConnectionString), new NpgsqlConnectionStringBuilder(standby.ConnectionString));
        primary.Host = $"{primary.Host}:{primary.Port},{copy.Host}:{copy.Port}";
        primary.TargetSessionAttributes = "primary";
        primary.HostRecheckSeconds = 1;
        DatabaseConnectionString = primary.ConnectionString;
        return standby;
    }

    /// <summary>Has the pipeline's own broker evaluate an expression, such as for what no client may ask for.</summary>
    public Task EvaluateAsync(string expression) => ((RabbitProcess)_stack.Rabbit).EvaluateAsync(expression, CancellationToken.None);

    /// <summary>A policy: the queue takes about this many messages, and refuses those beyond.</summary>
    public Task LimitQueueAsync(int messages) => EvaluateAsync(
        $"ok = rabbit_policy:parse_set(<<\"/\">>, <<\"small\">>, <<\"^{Names.Queue}$\">>, "
        + $"<<\"{{\\\"max-length\\\":{messages}}}\">>, <<\"0\">>, <<\"queues\">>, <<\"test\">>).");

    /// <summary>Deletes the queue, with what is in it and although it is consumed.</summary>
    public Task DeleteQueueAsync() => DeleteAsync("queue", channel => channel.QueueDeleteAsync(Names.Queue));

    public async Task DeclareAsync() => await RabbitMqTopology.DeclareAsync(await ChannelAsync(), Names);

    /// <summary>Publishes one body and waits for the broker's confirm.</summary>
    public async Task PublishAsync(byte[] body, Action<BasicProperties>? change = null)
    {
        var properties = new BasicProperties { ContentType = MessageHeaders.PlainJson, Persistent = true };
        change?.Invoke(properties);
        await (await ChannelAsync()).BasicPublishAsync(Names.Exchange, "", mandatory: true, properties, body);
    }

    public async Task PublishAsync(IEnumerable<byte[]> bodies)
    {
        foreach (var chunk in bodies.Chunk(500))
        {
            await Task.WhenAll(chunk.Select(body => PublishAsync(body)));
        }
    }

    /// <summary>Messages waiting in the queue, not counting those handed out.</summary>
    public async Task<uint> WaitingAsync() => (await AskAsync(Names.Queue)).MessageCount;

    /// <summary>Messages waiting in the dead queue.</summary>
    public async Task<uint> DeadAsync() => (await AskAsync(Names.DeadQueue)).MessageCount;

    /// <summary>Waits until nobody consumes any more, so that what was handed out and not acknowledged is back, and counts the messages.</summary>
    public async Task<long> ReturnedAsync()
    {
        await Eventually.EqualAsync(0u, "consumers", ConsumersAsync);
        return await WaitingAsync();
    }

    /// <summary>Consumers of the queue.</summary>
    public async Task<uint> ConsumersAsync() => (await AskAsync(Names.Queue)).ConsumerCount;

    /// <summary>The broker's version.</summary>
    public async Task<Version> BrokerVersionAsync()
    {
        await ChannelAsync();
        return BrokerVersion.Parse(BrokerVersion.Of(_connection!))!;
    }

    /// <summary>A connection of the caller's own, that stays lost once it is.</summary>
    public Task<IConnection> ConnectAsync() =>
        new ConnectionFactory { Uri = new Uri(BrokerConnectionString), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();

    /// <summary>A fresh channel; the old one is gone after an error or a restart of the broker.</summary>
    public async Task<IChannel> ChannelAsync()
    {
        if (_channel is { IsOpen: true })
        {
            return _channel;
        }

        _connection = await ConnectAsync();
        _channel = await _connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        return _channel;
    }

    public async Task<long> CountAsync(string table) => await ScalarAsync<long>($"select count(*) from {table}");

    /// <summary>Waits until so many sessions wait for a lock that somebody else has.</summary>
    public Task BlockedAsync(int sessions) => Eventually.EqualAsync((long)sessions, "sessions that wait for a lock", () =>
        CountAsync("pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"));

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(DatabaseConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Ends a role's sessions.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DisconnectAsync(string role) => (int)await ScalarAsync<long>(
        $"select count(*) from (select pg_terminate_backend(pid) from pg_stat_activity where usename = '{role}') as ended");

    public Task ExecuteAsync(string sql) => TestServers.ExecuteAsync(DatabaseConnectionString, sql);

    public OrdersDbContext Context() =>
        new(new DbContextOptionsBuilder<OrdersDbContext>().UseNpgsql(DatabaseConnectionString).Options);

    public async ValueTask DisposeAsync()
    {
        if (_ownsStack)
        {
            await CloseAsync();
            await _stack.DisposeAsync();
            return;
        }

        if (_isGiven)
        {
            await CloseAsync();
            return;
        }

        await DeleteAsync("pipeline", async channel =>
        {
            await channel.QueueDeleteAsync(Names.Queue);
            await channel.QueueDeleteAsync(Names.DeadQueue);
            await channel.ExchangeDeleteAsync(Names.Exchange);
            await channel.ExchangeDeleteAsync(Names.DeadExchange);
        });
        await CloseAsync();
        await TestServers.ExecuteAsync(_stack.Postgres.ConnectionString, $"drop database if exists {_database} with (force)");
    }

    private static async Task<Pipeline> CreateAsync(DevStack stack, bool ownsStack, bool withSchema)
    {
        var name = $"t{Guid.NewGuid():N}";
        var database = await TestServers.CreateDatabaseAsync(stack, name, withSchema);
        return new Pipeline(stack, ownsStack, name, database);
    }

    private async Task<QueueDeclareOk> AskAsync(string queue) => await (await ChannelAsync()).CountAsync(queue, TimeProvider.System);

    private FaultProxy Observed(FaultProxy network)
    {
        Observe(() => WorkerBounds.Eager(network.AcceptedInBusiestSecond));
        return network;
    }

    // A quorum queue whose log is still being written out may not answer its deletion in time; the broker then gives up with 541 and
    // closes the connection. Deleting what is not there any more is fine, so it is asked again on a new one.
    private Task DeleteAsync(string what, Func<IChannel, Task> delete) => Eventually.TrueAsync($"the broker has deleted the {what}", async () =>
    {
        try
        {
            await delete(await ChannelAsync());
            return (true, "deleted");
        }
        catch (OperationInterruptedException failure) when (failure.ShutdownReason?.ReplyCode == Constants.InternalError)
        {
            return (false, failure.Message);
        }
    });

    private async Task CloseAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }
}
