namespace DevServers;

/// <summary>
/// A private RabbitMQ node: its own home, name, ports, data and port mapper (epmd), on 127.0.0.1 only. It shares nothing with a RabbitMQ
/// that the system runs.
/// </summary>
internal sealed class RabbitProcess : PackagedServer
{
    private const string Home = "rabbitmq";
    private const string TlsHost = "localhost";
    private const string TlsFolder = "rabbitmq-tls";
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MapperPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ControlPatience = TimeSpan.FromSeconds(60);

    private readonly Packages _packages;
    private readonly IReadOnlyList<string> _settings;
    private readonly IReadOnlyList<string> _plugins;
    private readonly bool _hasTls;

    private int _port;
    private int _tlsPort;
    private int _distributionPort;
    private int _mapperPort;
    private ChildProcess? _mapper;

    public RabbitProcess(Packages packages, StackFolder folder, DevStackOptions options)
        : base(folder, options.StartTimeout)
    {
        _packages = packages;
        _settings = options.RabbitSettings;
        _plugins = options.RabbitPlugins;
        _hasTls = options.RabbitTls;
    }

    public override string Name => "RabbitMQ";

    public override string ConnectionString => $"amqp://guest:guest@127.0.0.1:{_port}/";

    /// <summary>
    /// The address of the TLS listener, with <see cref="DevStackOptions.RabbitTls"/>. Its host is a name, because librabbitmq does not
    /// accept IP addresses in a certificate.
    /// </summary>
    public string TlsConnectionString => _hasTls
        ? $"amqps://guest:guest@{TlsHost}:{_tlsPort}/"
        : throw new InvalidOperationException($"{Name} has no TLS listener; {nameof(DevStackOptions.RabbitTls)} is not set.");

    /// <summary>The certificate of the authority that signed the TLS listener's certificate, in PEM.</summary>
    public string CaFile => TlsFile("ca.crt");

    protected override string LogName => "rabbitmq.log";

    protected override (int Signal, TimeSpan Patience)[] StopSignals => [(Signals.Terminate, StopPatience)];

    // "localhost" always resolves; the machine's own short name does not everywhere, and without it a node refuses to start.
    private string NodeName => $"orders-{Folder.Id}@localhost";

    /// <summary>Has the node evaluate an Erlang expression, such as one for what no client may ask for.</summary>
    /// <exception cref="DevServersException">It did not succeed, or not in time.</exception>
    public Task EvaluateAsync(string expression, CancellationToken cancellationToken) => ControlAsync(["eval", expression], cancellationToken);

    /// <summary>Runs <c>rabbitmqctl</c> against the node.</summary>
    /// <exception cref="DevServersException">It did not succeed, or not in time.</exception>
    public async Task ControlAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var home = Folder.Combine(Home);
        var control = ChildProcess.Start(new ChildCommand(_packages.RabbitControl, arguments)
        {
            Output = Folder.Combine("rabbitmqctl.log"),
            WorkingFolder = home,
            Environment = ServerEnvironment(home),
        });
        if (!await control.WaitAsync(ControlPatience, cancellationToken))
        {
            await control.StopAsync();
        }

        if (control.ExitCode != 0)
        {
            throw new DevServersException($"rabbitmqctl {string.Join(' ', arguments)} did not succeed:\n{control.LastLines()}");
        }
    }

    internal override async Task RemoveAsync()
    {
        await base.RemoveAsync();
        if (_mapper is not null)
        {
            await _mapper.StopAsync((Signals.Terminate, MapperPatience));
        }
    }

    internal override void RemoveNow()
    {
        base.RemoveNow();
        _mapper?.Signal(Signals.Kill);
    }

    protected override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        _port = FreePort.Next();
        _distributionPort = FreePort.Next();
        _mapperPort = FreePort.Next();

        var home = Folder.CreateFolder(Home);
        var tlsSettings = _hasTls ? PrepareTls() : [];
        await File.WriteAllLinesAsync(
            Path.Combine(home, "rabbitmq.conf"),
            [
                $"listeners.tcp.1 = 127.0.0.1:{_port}",
                "disk_free_limit.absolute = 50MB",
                "log.file = false",
                "log.console = true",
                "log.console.level = info",
                "log.console.use_colors = off",
                .. tlsSettings,
                .. _settings,
            ],
            cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(home, "enabled_plugins"), $"[{string.Join(',', _plugins)}].\n", cancellationToken);

        if (_mapper is not null)
        {
            await _mapper.StopAsync((Signals.Terminate, MapperPatience));
        }

        // In the foreground and as our own child. The one that Erlang would start by itself stays behind for ever.
        _mapper = ChildProcess.Start(new ChildCommand(_packages.PortMapper, ["-port", $"{_mapperPort}", "-address", "127.0.0.1"])
        {
            Output = Folder.Combine("epmd.log"),
            WorkingFolder = home,
        });
        Folder.Remember(_mapper.Pid);
    }

    protected override ChildProcess Launch()
    {
        var home = Folder.Combine(Home);
        return ChildProcess.Start(new ChildCommand(_packages.RabbitServer, [])
        {
            Output = Log,
            WorkingFolder = home,
            Environment = ServerEnvironment(home),
        });
    }

    protected override async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        // A node names its cluster after itself, so this tells it from another stack's node on a port that both wanted.
        var cluster = await Probe.RabbitAsync(ConnectionString, cancellationToken);
        return cluster is not null && cluster.StartsWith($"orders-{Folder.Id}@", StringComparison.Ordinal);
    }

    protected override bool LostItsPort()
    {
        return _mapper is { HasExited: true } || base.LostItsPort();
    }

    private string[] PrepareTls()
    {
        _tlsPort = FreePort.Next();
        Folder.CreateFolder(TlsFolder);
        using var authority = new CertificateAuthority("orders development authority");
        authority.WriteTo(CaFile);
        authority.Sign("broker", TlsFile("broker"), TlsHost, "127.0.0.1");
        return
        [
            $"listeners.ssl.1 = 127.0.0.1:{_tlsPort}",
            $"ssl_options.cacertfile = {CaFile}",
            $"ssl_options.certfile = {TlsFile("broker.crt")}",
            $"ssl_options.keyfile = {TlsFile("broker.key")}",
        ];
    }

    private string TlsFile(string name) => Path.Combine(Folder.Combine(TlsFolder), name);

    private Dictionary<string, string?> ServerEnvironment(string home)
    {
        var environment = new Dictionary<string, string?>();

        // What is set for the system's RabbitMQ, or for Erlang in general, is not meant for this one.
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>())
        {
            if (name.StartsWith("RABBITMQ_", StringComparison.Ordinal) || name.StartsWith("ERL_", StringComparison.Ordinal))
            {
                environment[name] = null;
            }
        }

        environment["HOME"] = home;
        environment["ERL_EPMD_PORT"] = $"{_mapperPort}";
        environment["ERL_EPMD_ADDRESS"] = "127.0.0.1";
        environment["RABBITMQ_NODENAME"] = NodeName;
        environment["RABBITMQ_NODE_PORT"] = $"{_port}";
        environment["RABBITMQ_DIST_PORT"] = $"{_distributionPort}";
        environment["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}";
        environment["RABBITMQ_MNESIA_BASE"] = Path.Combine(home, "data");
        environment["RABBITMQ_LOG_BASE"] = Path.Combine(home, "log");
        environment["RABBITMQ_PID_FILE"] = Path.Combine(home, "rabbitmq.pid");
        environment["RABBITMQ_CONFIG_FILE"] = Path.Combine(home, "rabbitmq.conf");
        environment["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(home, "enabled_plugins");
        environment["RABBITMQ_CONF_ENV_FILE"] = "/dev/null";

        // With "allow input" the start script becomes the server instead of its parent, so that its process id is the one that kill -9
        // needs. It then leaves out these two switches.
        environment["RABBITMQ_ALLOW_INPUT"] = "true";
        environment["RABBITMQ_SERVER_START_ARGS"] = "-noinput +B i";
        return environment;
    }
}
