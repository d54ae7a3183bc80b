using Npgsql;

namespace DevServers;

/// <summary>A private PostgreSQL cluster on 127.0.0.1 only, durable as in production: it is there to be killed.</summary>
internal sealed class PostgresProcess : PackagedServer
{
    private const string Role = "orders";
    private const string Database = "orders";
    private static readonly TimeSpan InitPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FastStopPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan QuitPatience = TimeSpan.FromSeconds(5);

    private readonly Packages _packages;
    private readonly SystemUser? _user;
    private readonly IReadOnlyList<string> _settings;

    private int _port;

    public PostgresProcess(Packages packages, SystemUser? user, StackFolder folder, DevStackOptions options)
        : base(folder, options.StartTimeout)
    {
        _packages = packages;
        _user = user;
        _settings = options.PostgresSettings;
    }

    public override string Name => "PostgreSQL";

    public override string ConnectionString => ConnectionTo(Database);

    protected override string LogName => "postgres.log";

    protected override (int Signal, TimeSpan Patience)[] StopSignals =>
        [(Signals.Interrupt, FastStopPatience), (Signals.Quit, QuitPatience)];

    private string Home => Folder.Combine("postgres");

    private string Data => Path.Combine(Home, "data");

    /// <summary>PostgreSQL refuses to run as root; as root it runs as the user that its package made.</summary>
    public static SystemUser? UserToRunAs()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return null;
        }

        return SystemUser.Find("postgres")
            ?? throw new DevServersException(
                "PostgreSQL must not run as root and there is no user postgres in /etc/passwd. Install the postgresql package, which makes "
                + "one (apt-get install postgresql), or run as another user.");
    }

    protected override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        _port = FreePort.Next();
        if (Directory.Exists(Data))
        {
            return;
        }

        Folder.CreateFolder("postgres");
        _user?.TakeOver(Home);

        // No locale: "C" is there on every system, sorts by bytes, and sorts the same after an upgrade.
        // --no-sync: what initdb writes need not survive a power cut; the server itself syncs every commit.
        var init = ChildProcess.Start(new ChildCommand(
            _packages.InitDb,
            ["-D", Data, "--auth=trust", "--username=" + Role, "--encoding=UTF8", "--no-locale", "--no-sync"])
        {
            Output = Folder.Combine("initdb.log"),
            WorkingFolder = Home,
            User = _user?.Name,
        });
        try
        {
            await init.WaitAsync(InitPatience, cancellationToken);
        }
        finally
        {
            await init.StopAsync();
        }

        if (init.ExitCode != 0)
        {
            throw new DevServersException($"{_packages.InitDb} ended with exit code {init.ExitCode}:\n{init.LastLines()}");
        }
    }

    protected override ChildProcess Launch()
    {
        string[] settings =
        [
            "listen_addresses=127.0.0.1",
            $"port={_port}",
            "unix_socket_directories=",
            "fsync=on",
            "synchronous_commit=on",
            "max_connections=200",
            "shared_buffers=256MB",
            "max_wal_size=2GB",
            .. _settings,
        ];
        string[] arguments = ["-D", Data, .. settings.SelectMany(setting => new[] { "-c", setting })];
        return ChildProcess.Start(new ChildCommand(_packages.Postgres, arguments)
        {
            Output = Log,
            WorkingFolder = Home,
            User = _user?.Name,

            // -9 would leave the shared memory segment behind; at this signal the server leaves at once and frees it.
            DeathSignal = "QUIT",
        });
    }

    protected override async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        return await Probe.PostgresAsync(ConnectionTo("postgres"), cancellationToken) == Data;
    }

    protected override async Task FinishAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("CREATE DATABASE " + Database, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private string ConnectionTo(string database)
    {
        return $"Host=127.0.0.1;Port={_port};Username={Role};Database={database}";
    }
}
