using System.Diagnostics;
using System.Globalization;

namespace DevServers;

/// <summary>
/// A server in a container. Its port on 127.0.0.1 is chosen here and not by Docker, because Docker's choice changes at every start. The
/// container is not started with --rm: a killed one must stay, with its data, to be started again.
/// </summary>
internal sealed class DockerServer : DevServer
{
    private const string OwnerLabel = "orders.devservers.owner";
    private const int Attempts = 5;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RemovePatience = TimeSpan.FromSeconds(30);

    private readonly Docker _docker;
    private readonly TimeSpan _startTimeout;
    private readonly Func<int, string[]> _runArguments;
    private readonly Func<int, string> _connectionString;
    private readonly Func<string, CancellationToken, Task<bool>> _isReady;

    private string? _container;
    private int _port;

    private DockerServer(
        string name,
        Docker docker,
        TimeSpan startTimeout,
        Func<int, string[]> runArguments,
        Func<int, string> connectionString,
        Func<string, CancellationToken, Task<bool>> isReady)
    {
        Name = name;
        _docker = docker;
        _startTimeout = startTimeout;
        _runArguments = runArguments;
        _connectionString = connectionString;
        _isReady = isReady;
    }

    public override string Name { get; }

    public override string ConnectionString => _connectionString(_port);

    public override string Log => $"docker logs {_container}";

    public override int Pid
    {
        get
        {
            var pid = int.Parse(Blocking("inspect", "--format", "{{.State.Pid}}", Container), CultureInfo.InvariantCulture);
            return pid > 0 ? pid : throw new InvalidOperationException($"{Name} is not running. Its log: {Log}.");
        }
    }

    private string Container => _container
        ?? throw new InvalidOperationException($"{Name} has no container; it was not started or it was removed.");

    public static DockerServer RabbitMq(Docker docker, string id, DevStackOptions options)
    {
        // The node's name, and with it the folder of its data, comes from the host name.
        return new DockerServer(
            "RabbitMQ",
            docker,
            options.StartTimeout,
            port =>
            [
                "--name", $"orders-rabbitmq-{id}", "--hostname", "orders", "--publish", $"127.0.0.1:{port}:5672", DockerImages.RabbitMq,
            ],
            port => $"amqp://guest:guest@127.0.0.1:{port}/",
            async (connectionString, token) => await Probe.RabbitAsync(connectionString, token) is not null);
    }

    public static DockerServer Postgres(Docker docker, string id, DevStackOptions options)
    {
        return new DockerServer(
            "PostgreSQL",
            docker,
            options.StartTimeout,
            port =>
            [
                "--name", $"orders-postgres-{id}", "--publish", $"127.0.0.1:{port}:5432", "--shm-size", "256m",
                "--env", "POSTGRES_USER=orders", "--env", "POSTGRES_DB=orders", "--env", "POSTGRES_HOST_AUTH_METHOD=trust",
                "--env", "POSTGRES_INITDB_ARGS=--encoding=UTF8 --no-locale",
                DockerImages.Postgres,
                "-c", "max_connections=200", "-c", "shared_buffers=256MB", "-c", "max_wal_size=2GB",
                .. options.PostgresSettings.SelectMany(setting => new[] { "-c", setting }),
            ],
            port => $"Host=127.0.0.1;Port={port};Username=orders;Database=orders",
            async (connectionString, token) => await Probe.PostgresAsync(connectionString, token) is not null);
    }

    /// <summary>Removes containers whose owner on this machine is gone.</summary>
    public static async Task RemoveStaleAsync(Docker docker, CancellationToken cancellationToken)
    {
        var list = await docker.RunAsync(
            cancellationToken, "ps", "--all", "--filter", "label=" + OwnerLabel, "--format", "{{.ID}} {{.Label \"" + OwnerLabel + "\"}}");
        foreach (var line in list.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ') is [var container, var owner]
                && owner.Split('/') is [var machine, var pid, var startTime]
                && machine == Environment.MachineName
                && !ProcessTable.IsRunning(int.Parse(pid, CultureInfo.InvariantCulture), startTime))
            {
                await docker.TryAsync(RemovePatience, cancellationToken, "rm", "--force", "--volumes", container);
            }
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            _port = FreePort.Next();

            // Created first, so that its id is known and it can be removed should its start fail or be cancelled.
            string[] arguments = ["create", "--label", $"{OwnerLabel}={Owner()}", .. _runArguments(_port)];
            _container = await _docker.RunAsync(CancellationToken.None, arguments);
            var start = await _docker.TryAsync(_startTimeout, cancellationToken, "start", _container);
            if (start.ExitCode == 0)
            {
                await WaitUntilReadyAsync(cancellationToken);
                return;
            }

            await RemoveAsync();
            if (attempt == Attempts || !LostItsPort(start))
            {
                throw new DevServersException($"{Name}'s container could not be started: {start.Errors.Trim()}");
            }
        }
    }

    public override async Task KillAsync(CancellationToken cancellationToken = default)
    {
        // docker kill does not reach a frozen container everywhere.
        await TryResumeAsync(cancellationToken);
        await _docker.RunAsync(cancellationToken, "kill", Container);
        await _docker.RunAsync(cancellationToken, "wait", Container);
    }

    public override async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await TryResumeAsync(cancellationToken);
        await _docker.RunAsync(cancellationToken, "stop", "--time", "20", Container);
    }

    public override async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        await _docker.RunAsync(cancellationToken, "start", Container);
        await WaitUntilReadyAsync(cancellationToken);
    }

    public override void Pause()
    {
        Blocking("pause", Container);
    }

    public override void Resume()
    {
        Blocking("unpause", Container);
    }

    internal override async Task RemoveAsync()
    {
        if (Interlocked.Exchange(ref _container, null) is { } container)
        {
            await _docker.TryAsync(RemovePatience, CancellationToken.None, "rm", "--force", "--volumes", container);
        }
    }

    internal override void RemoveNow()
    {
        RemoveAsync().GetAwaiter().GetResult();
    }

    private static string Owner()
    {
        return $"{Environment.MachineName}/{Environment.ProcessId}/{ProcessTable.StartTimeOf(Environment.ProcessId)}";
    }

    private static bool LostItsPort(DockerResult start)
    {
        return start.Errors.Contains("already allocated", StringComparison.OrdinalIgnoreCase)
            || start.Errors.Contains("already in use", StringComparison.OrdinalIgnoreCase)
            || start.Errors.Contains("ports are not available", StringComparison.OrdinalIgnoreCase);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (!await _isReady(ConnectionString, cancellationToken))
        {
            var state = await _docker.RunAsync(cancellationToken, "inspect", "--format", "{{.State.Running}}", Container);
            if (state != "true" || clock.Elapsed > _startTimeout)
            {
                var log = await _docker.TryAsync(RemovePatience, cancellationToken, "logs", "--tail", "15", Container);
                var seen = state == "true" ? $"did not accept clients within {_startTimeout.TotalSeconds:0} s" : "ended while it started";
                throw new DevServersException($"{Name} in its container {seen}. The end of its log:\n{log.Output}{log.Errors}");
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    private async Task TryResumeAsync(CancellationToken cancellationToken)
    {
        if (await _docker.RunAsync(cancellationToken, "inspect", "--format", "{{.State.Paused}}", Container) == "true")
        {
            await _docker.RunAsync(cancellationToken, "unpause", Container);
        }
    }

    private string Blocking(params string[] arguments)
    {
        return _docker.RunAsync(CancellationToken.None, arguments).GetAwaiter().GetResult();
    }
}
