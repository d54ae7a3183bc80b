namespace DevServers;

/// <summary>How a <see cref="DevStack"/> finds and starts its servers.</summary>
public sealed class DevStackOptions
{
    /// <summary>True, the default, takes servers named by the environment. A test that kills servers needs private ones: false.</summary>
    public bool LookAtEnvironment { get; init; } = true;

    /// <summary>True, the default, takes Docker when its engine answers.</summary>
    public bool LookAtDocker { get; init; } = true;

    /// <summary>Parent of the stack's folder. Default: <c>.local/servers</c> of the repository.</summary>
    public string? BaseFolder { get; init; }

    /// <summary>How long a server may take until clients can connect. Default: 60 seconds.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// True, the default, ends the servers when SIGTERM, SIGINT or SIGHUP reaches this process, before the process itself ends. False for a
    /// program that handles these signals and disposes the stack itself.
    /// </summary>
    public bool StopOnSignals { get; init; } = true;

    /// <summary>More lines for rabbitmq.conf, such as <c>consumer_timeout = 60000</c>. Only for servers from packages.</summary>
    public IReadOnlyList<string> RabbitSettings { get; init; } = [];

    /// <summary>
    /// True gives RabbitMQ a TLS listener beside the plain one, see <see cref="RabbitProcess.TlsConnectionString"/>. Default: false. Only
    /// for servers from packages.
    /// </summary>
    public bool RabbitTls { get; init; }

    /// <summary>Plugins of RabbitMQ, such as <c>rabbitmq_management</c>. Only for servers from packages.</summary>
    public IReadOnlyList<string> RabbitPlugins { get; init; } = [];

    /// <summary>More settings for PostgreSQL, such as <c>log_statement=all</c>.</summary>
    public IReadOnlyList<string> PostgresSettings { get; init; } = [];

    /// <summary>Receives one-line notes, such as why Docker was passed over. Default: standard error.</summary>
    public Action<string> Note { get; init; } = line => Console.Error.WriteLine(line);
}
