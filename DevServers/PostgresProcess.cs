using Npgsql;

namespace DevServers;

/// <summary>A private PostgreSQL cluster on 127.0.0.1 only, durable as in production: it is there to be killed.</summary>
internal sealed class PostgresProcess : PackagedServer
{
    private const string Role = "orders";
    private const string Database = "orders";
    private static readonly TimeSpan CreatePatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FastStopPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan QuitPatience = TimeSpan.FromSeconds(5);

    private readonly Packages _packages;
    private readonly SystemUser? _user;
    private readonly DevStackOptions _options;
    private readonly PostgresProcess? _primary;

    private int _port;

    public PostgresProcess(Packages packages, SystemUser? user, StackFolder folder, DevStackOptions options, PostgresProcess? primary = null)
        : base(folder, options.StartTimeout)
    {
        _packages = packages;
        _user = user;
        _options = options;
        _primary = primary;
    }

    public override string Name => "PostgreSQL";

    public override string ConnectionString => ConnectionTo(Database);

    protected override string LogName => FolderName + ".log";

    protected override (int Signal, TimeSpan Patience)[] StopSignals =>
        [(Signals.Interrupt, FastStopPatience), (Signals.Quit, QuitPatience)];

    private string FolderName => _primary is null ? "postgres" : "standby";

    private string Home => Folder.Combine(FolderName);

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

    /// <summary>
    /// Starts a copy of this cluster that follows it and lets clients read. The stack does not know of it: whoever asked for it removes it first.
    /// </summary>
    public async Task<PostgresProcess> StartStandbyAsync(CancellationToken cancellationToken = default)
    {
        var standby = new PostgresProcess(_packages, _user, Folder, _options, primary: this);
        await standby.StartAsync(cancellationToken);
        return standby;
    }

    protected override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        _port = FreePort.Next();
        if (Directory.Exists(Data))
        {
            return;
        }

        Folder.CreateFolder(FolderName);
        _user?.TakeOver(Home);

        // No locale: "C" is there on every system, sorts by bytes, and sorts the same after an upgrade.
        // --no-sync: what they write need not survive a power cut; the server itself syncs every commit.
        await (_primary is { } primary
            ? CreateAsync(
                _packages.BaseBackup,
                ["-D", Data, "--host=127.0.0.1", $"--port={primary._port}", "--username=" + Role, "--write-recovery-conf", "--checkpoint=fast", "--no-sync"],
                cancellationToken)
            : CreateAsync(
                _packages.InitDb,
                ["-D", Data, "--auth=trust", "--username=" + Role, "--encoding=UTF8", "--no-locale", "--no-sync"],
                cancellationToken));
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
            .. _options.PostgresSettings,
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
        if (_primary is not null)
        {
            return;
        }

        await using var connection = new NpgsqlConnection(ConnectionTo("postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("CREATE DATABASE " + Database, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task CreateAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var creation = ChildProcess.Start(new ChildCommand(program, arguments)
        {
            Output = Folder.Combine(FolderName + "-creation.log"),
            WorkingFolder = Home,
            User = _user?.Name,
        });
        try
        {
            await creation.WaitAsync(CreatePatience, cancellationToken);
        }
        finally
        {
            await creation.StopAsync();
        }

        if (creation.ExitCode != 0)
        {
            throw new DevServersException($"{program} ended with exit code {creation.ExitCode}:\n{creation.LastLines()}");
        }
    }

    private string ConnectionTo(string database)
    {
        return $"Host=127.0.0.1;Port={_port};Username={Role};Database={database}";
    }
}
