using System.Diagnostics;
using Docker.DotNet;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using Microsoft.Extensions.Logging.Abstractions;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace DevServers;

/// <summary>
/// A server in a container that Testcontainers runs. Its port on 127.0.0.1 is chosen here and not by Docker, because Docker's choice
/// changes at every start. A killed one stays, with its data, to be started again.
/// </summary>
internal sealed class ContainerServer : DevServer
{
    private const int Attempts = 5;
    private const int LogLines = 15;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DockerEngine _engine;
    private readonly string _containerName;
    private readonly TimeSpan _startTimeout;
    private readonly Func<int, DockerContainer> _build;
    private readonly Func<int, string> _connectionString;
    private readonly Func<string, CancellationToken, Task<string?>> _probe;

    private DockerContainer? _container;
    private Task _created = Task.CompletedTask;
    private int _port;

    private ContainerServer(
        string name,
        DockerEngine engine,
        string containerName,
        TimeSpan startTimeout,
        Func<int, DockerContainer> build,
        Func<int, string> connectionString,
        Func<string, CancellationToken, Task<string?>> probe)
    {
        Name = name;
        _engine = engine;
        _containerName = containerName;
        _startTimeout = startTimeout;
        _build = build;
        _connectionString = connectionString;
        _probe = probe;
    }

    public override string Name { get; }

    public override string ConnectionString => _connectionString(_port);

    public override string Log => $"docker logs {_containerName}";

    public override int Pid => _engine.PidOfAsync(_containerName, CancellationToken.None).GetAwaiter().GetResult() is > 0 and var pid
        ? (int)pid
        : throw new InvalidOperationException($"{Name} is not running. Its log: {Log}.");

    private DockerContainer Container => _container
        ?? throw new InvalidOperationException($"{Name} has no container; it was not started.");

    public static ContainerServer RabbitMq(DockerEngine engine, string id, DevStackOptions options)
    {
        var name = $"orders-rabbitmq-{id}";

        // The node's name, and with it the folder of its data, comes from the host name.
        return new ContainerServer(
            "RabbitMQ",
            engine,
            name,
            options.StartTimeout,
            port => new RabbitMqBuilder(DockerImages.RabbitMq)
                .WithLogger(NullLogger.Instance)
                .WithHostname("orders")
                .WithUsername("guest")
                .WithPassword("guest")
                .WithCreateParameterModifier(container => DockerEngine.Complete(container, name, port))
                .Build(),
            port => $"amqp://guest:guest@127.0.0.1:{port}/",
            Probe.RabbitAsync);
    }

    public static ContainerServer Postgres(DockerEngine engine, string id, DevStackOptions options)
    {
        var name = $"orders-postgres-{id}";

        // Testcontainers turns off what makes a commit durable. This database is there to be killed, so its settings replace those.
        string[] settings = ["max_connections=200", "shared_buffers=256MB", "max_wal_size=2GB", .. options.PostgresSettings];
        return new ContainerServer(
            "PostgreSQL",
            engine,
            name,
            options.StartTimeout,
            port => new PostgreSqlBuilder(DockerImages.Postgres)
                .WithLogger(NullLogger.Instance)
                .WithDatabase("orders")
                .WithUsername("orders")
                .WithEnvironment("POSTGRES_HOST_AUTH_METHOD", "trust")
                .WithEnvironment("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --no-locale")
                .WithCommand(new OverwriteEnumerable<string>(settings.SelectMany(setting => new[] { "-c", setting })))
                .WithCreateParameterModifier(container =>
                {
                    DockerEngine.Complete(container, name, port);
                    container.HostConfig!.ShmSize = 256 * 1024 * 1024;
                })
                .Build(),
            port => $"Host=127.0.0.1;Port={port};Username=orders;Database=orders",
            Probe.PostgresAsync);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            _port = FreePort.Next();
            _container = _build(_port);
            var created = new TaskCompletionSource();
            _container.Created += (_, _) => created.TrySetResult();

            // Its creation is not cancelled: the engine could complete it after the removal.
            var start = _container.StartAsync(CancellationToken.None);
            _created = Task.WhenAny(created.Task, start);
            try
            {
                await WaitUntilReadyAsync(start, cancellationToken);
                return;
            }
            catch (DevServersException e) when (attempt < Attempts && LostItsPort(e.InnerException))
            {
                await RemoveAsync();
            }
        }
    }

    public override async Task KillAsync(CancellationToken cancellationToken = default)
    {
        // A kill does not reach a frozen container everywhere.
        await TryResumeAsync(cancellationToken);
        await _engine.KillAsync(_containerName, cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await TryResumeAsync(cancellationToken);
        await Container.StopAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
    }

    public override Task StartAgainAsync(CancellationToken cancellationToken = default) =>
        WaitUntilReadyAsync(Container.StartAsync(CancellationToken.None), cancellationToken);

    public override void Pause() => Container.PauseAsync().WaitAsync(Patience).GetAwaiter().GetResult();

    public override void Resume() => Container.UnpauseAsync().WaitAsync(Patience).GetAwaiter().GetResult();

    internal override async Task RemoveAsync()
    {
        // Before it is created the engine does not know its name.
        await Task.WhenAny(_created, Task.Delay(Patience));
        await _engine.RemoveAsync(_containerName);
    }

    internal override void RemoveNow() => RemoveAsync().GetAwaiter().GetResult();

    private static bool LostItsPort(Exception? e) => e is DockerApiException
        && new[] { "already allocated", "already in use", "ports are not available" }
            .Any(text => e.Message.Contains(text, StringComparison.OrdinalIgnoreCase));

    private async Task WaitUntilReadyAsync(Task start, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            await start.WaitAsync(_startTimeout, cancellationToken);
            while (await _probe(ConnectionString, cancellationToken) is null)
            {
                if (clock.Elapsed > _startTimeout)
                {
                    throw new TimeoutException();
                }

                await Task.Delay(PollInterval, cancellationToken);
            }
        }
        catch (TimeoutException)
        {
            throw await WithLogAsync(
                $"did not accept clients within {_startTimeout.TotalSeconds:0} s "
                + $"({nameof(DevStackOptions)}.{nameof(DevStackOptions.StartTimeout)})");
        }
        catch (ContainerNotRunningException)
        {
            throw await WithLogAsync("ended while it started");
        }
        catch (DockerApiException e)
        {
            throw new DevServersException($"{Name}'s container could not be started: {DockerEngine.Reason(e)}", e);
        }
    }

    private async Task<DevServersException> WithLogAsync(string seen)
    {
        var (output, errors) = await Container.GetLogsAsync(timestampsEnabled: false).WaitAsync(Patience);
        var end = string.Join('\n', (output + errors).TrimEnd().Split('\n').TakeLast(LogLines));
        return new DevServersException($"{Name} in its container {seen}. The end of its log:\n{end}");
    }

    private async Task TryResumeAsync(CancellationToken cancellationToken)
    {
        if (Container.State is TestcontainersStates.Paused)
        {
            await Container.UnpauseAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        }
    }
}
