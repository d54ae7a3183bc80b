namespace Infrastructure.RabbitMq;

/// <summary>Where the broker is and what this pipeline is called there. Section <c>RabbitMq</c>.</summary>
public sealed class RabbitMqOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "RabbitMq";

    /// <summary>Name of the connection string: <c>ConnectionStrings:RabbitMq</c>.</summary>
    public const string ConnectionStringName = "RabbitMq";

    /// <summary>Default of <see cref="Pipeline"/>.</summary>
    public const string DefaultPipeline = "orders";

    /// <summary>Default of <see cref="HeartbeatSeconds"/>.</summary>
    public const int DefaultHeartbeatSeconds = 10;

    /// <summary>Default of <see cref="ConnectSeconds"/>.</summary>
    public const int DefaultConnectSeconds = 5;

    /// <summary>
    /// Gets or sets the broker's address, <c>amqp://user:password@host:5672/vhost</c>. Read from <c>ConnectionStrings:RabbitMq</c>.
    /// </summary>
    /// <value>There is no default.</value>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// Gets or sets the file of the authorities that may sign the broker's certificate, in PEM; only with an <c>amqps://</c> address. Read at each
    /// connection, like the next two.
    /// </summary>
    /// <value>The default is empty: the system's authorities.</value>
    public string CaFile { get; set; } = "";

    /// <summary>Gets or sets the file of the certificate to log in with instead of user and password, in PEM (SASL <c>EXTERNAL</c>).</summary>
    /// <value>The default is empty: user and password of the address.</value>
    public string CertificateFile { get; set; } = "";

    /// <summary>Gets or sets the file of that certificate's private key, in PEM and not encrypted.</summary>
    /// <value>The default is empty.</value>
    public string KeyFile { get; set; } = "";

    /// <summary>
    /// Gets or sets the name from which every exchange and queue name derives, so that many pipelines can share a broker.
    /// </summary>
    /// <value>The default is <c>orders</c>. 1 to 100 letters, digits, dots, hyphens and underscores.</value>
    public string Pipeline { get; set; } = DefaultPipeline;

    /// <summary>
    /// Gets or sets the heartbeat that is asked for, in seconds. A peer that is silent for about three of them counts as gone.
    /// </summary>
    /// <value>The default is 10. The range is 1 to 600.</value>
    [SettingRange("RabbitMq:HeartbeatSeconds", 1, 600)]
    public int HeartbeatSeconds { get; set; } = DefaultHeartbeatSeconds;

    /// <summary>Gets or sets how long a connection attempt may take, in seconds.</summary>
    /// <value>The default is 5. The range is 1 to 60.</value>
    [SettingRange("RabbitMq:ConnectSeconds", 1, 60)]
    public int ConnectSeconds { get; set; } = DefaultConnectSeconds;

    /// <summary>The connection is encrypted: the address begins with <c>amqps://</c>.</summary>
    public bool IsEncrypted => ConnectionString.StartsWith("amqps://", StringComparison.OrdinalIgnoreCase);

    /// <summary>The names in the broker that follow from <see cref="Pipeline"/>.</summary>
    public TopologyNames Names => new(Pipeline);
}
