using DevServers;
using Npgsql;

namespace IntegrationTests.Stack;

/// <summary>
/// Servers as <see cref="DeployedServers"/>, that let nobody in without encryption: the broker with the file of deploy/, the database with certificates for one
/// role and passwords for another. Their certificate is for 127.0.0.1.
/// </summary>
public sealed class EncryptedServers : IAsyncLifetime
{
    /// <summary>A writer with a password.</summary>
    internal const string Rotating = "orders_rotating";

    private readonly TemporaryFolder _folder = new();
    private readonly CertificateAuthority _authority = new("orders test authority");
    private readonly int _brokerPort = FreePort.Next();

    internal DeployedServers Deployed { get; private set; } = null!;

    internal CertificateAuthority Authority => _authority;

    /// <summary>The encrypted one.</summary>
    internal int ManagementPort { get; } = FreePort.Next();

    public async Task InitializeAsync()
    {
        // The database runs as another user than root.
        var user = PostgresProcess.UserToRunAs();
        Directory.CreateDirectory(File("database"));
        Allow(File(""), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        _authority.WriteTo(File("ca.crt"));
        _authority.Sign("broker", File("broker"), "127.0.0.1");
        _authority.Sign("database", File("database/server"), "127.0.0.1");
        Allow(File("database/server.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        user?.TakeOver(File("database/server.key"));
        await System.IO.File.WriteAllTextAsync(File("database/hba.conf"),
            $"""
            host all orders 127.0.0.1/32 trust
            hostssl all {DeployedServers.Writer} 127.0.0.1/32 cert
            hostssl all {Rotating} 127.0.0.1/32 scram-sha-256
            host all {DeployedServers.Migrator} 127.0.0.1/32 trust

            """);
        Deployed = new DeployedServers(new DevStackOptions
        {
            RabbitPlugins = ["rabbitmq_auth_mechanism_ssl"],
            RabbitSettings = [.. await BrokerSettingsAsync()],
            PostgresSettings =
            [
                "ssl=on", $"ssl_ca_file={File("ca.crt")}", $"ssl_cert_file={File("database/server.crt")}", $"ssl_key_file={File("database/server.key")}",
                $"hba_file={File("database/hba.conf")}",
            ],
        });
        await Deployed.InitializeAsync();
        await Deployed.Pipeline.ExecuteAsync($"create role {Rotating} login in role {DeployedServers.Writer}");
    }

    public async Task DisposeAsync()
    {
        await Deployed.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    internal string File(string name) => _folder.File(name);

    internal string Broker(string host = "127.0.0.1") => $"amqps://{host}:{_brokerPort}/orders";

    internal string Database(string role, string host = "127.0.0.1") => new NpgsqlConnectionStringBuilder(Deployed.Database(role))
    {
        Host = host,
        SslMode = SslMode.VerifyFull,
        RootCertificate = File("ca.crt"),
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    internal string DatabaseWithCertificate(string host = "127.0.0.1") => new NpgsqlConnectionStringBuilder(Database(DeployedServers.Writer, host))
    {
        SslCertificate = File("writer.crt"),
        SslKey = File("writer.key"),
    }.ConnectionString;

    /// <summary>What makes a worker work here, with certificates of these names on both sides.</summary>
    internal string[] Settings(params string[] more) =>
    [
        $"ConnectionStrings:RabbitMq={Broker()}",
        $"ConnectionStrings:Orders={DatabaseWithCertificate()}",
        $"RabbitMq:CaFile={File("ca.crt")}",
        $"RabbitMq:CertificateFile={File("worker.crt")}",
        $"RabbitMq:KeyFile={File("worker.key")}",
        .. DeployedServers.Patience,
        .. more,
    ];

    /// <summary>Gives worker and writer their certificates.</summary>
    internal void SignClients(string brokerUser = DeployedServers.Worker)
    {
        _authority.Sign(brokerUser, File("worker"));
        _authority.Sign(DeployedServers.Writer, File("writer"));
    }

    private static void Allow(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(path, mode);
        }
    }

    /// <summary>
    /// The file of deploy/ with paths of this test. Only its definitions come later, because with definitions there is no guest, whom the test's own
    /// connections belong to; they also want a way in without encryption.
    /// </summary>
    private async Task<IEnumerable<string>> BrokerSettingsAsync()
    {
        var lines = await System.IO.File.ReadAllLinesAsync(DeployedServers.File("rabbitmq/rabbitmq.conf"));
        return lines
            .Where(line => !line.StartsWith('#') && line.Length > 0)
            .Where(line => !line.StartsWith("listeners.tcp", StringComparison.Ordinal) && !line.StartsWith("load_definitions", StringComparison.Ordinal))
            .Select(line => line
                .Replace("listeners.ssl.default = 5671", $"listeners.ssl.1 = 127.0.0.1:{_brokerPort}")
                .Replace("management.ssl.port = 15671", $"management.ssl.port = {ManagementPort}")
                .Replace("/etc/rabbitmq/tls/ca.crt", File("ca.crt"))
                .Replace("/etc/rabbitmq/tls/tls", File("broker")))
            .Append("auth_mechanisms.2 = PLAIN");
    }
}
