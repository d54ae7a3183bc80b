using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using DevServers;
using Infrastructure.RabbitMq;
using Npgsql;
using RabbitMQ.Client;

namespace IntegrationTests.Stack;

/// <summary>
/// A broker and a database of a test class's own, set up with the files of deploy/ as an operator would: roles, migration, users, rights and topology.
/// </summary>
public sealed class DeployedServers : IAsyncLifetime
{
    internal const string Worker = "orders-worker";
    internal const string Producer = "orders-producer";
    internal const string Operator = "orders-operator";
    internal const string Topology = "orders-topology";
    internal const string Scaler = "orders-scaler";

    internal const string Migrator = "orders_migrator";
    internal const string Writer = "orders_writer";
    internal const string Reader = "orders_operator";

    /// <summary>So that a machine with too much to do does not look like a server that is gone.</summary>
    internal static readonly string[] Patience = ["RabbitMq:ConnectSeconds=30", "Postgres:ConnectSeconds=30"];

    private const string Pipelines = "orders";
    private const string Password = "p/w:1";

    private readonly DevStackOptions _options;

    public DeployedServers()
        : this(new DevStackOptions())
    {
    }

    internal DeployedServers(DevStackOptions options) => _options = new DevStackOptions
    {
        LookAtEnvironment = false,
        LookAtDocker = false,
        RabbitSettings = [$"max_message_size = {MessageSizes.Broker}", $"management.tcp.port = {ManagementPort}", "management.tcp.ip = 127.0.0.1", .. options.RabbitSettings],
        RabbitPlugins = ["rabbitmq_management", .. options.RabbitPlugins],
        PostgresSettings = options.PostgresSettings,
    };

    internal DevStack Stack { get; private set; } = null!;

    /// <summary>Publishes as the producer, and sees the whole database.</summary>
    internal Pipeline Pipeline { get; private set; } = null!;

    /// <summary>Of all that is published here.</summary>
    internal Ledger Ledger { get; private set; } = null!;

    internal int ManagementPort { get; } = FreePort.Next();

    /// <summary>What makes a worker work here with no more rights than it should have.</summary>
    internal string[] Settings => [.. Roles(Worker, Writer), .. Patience];

    public async Task InitializeAsync()
    {
        Stack = await DevStack.StartAsync(_options);
        await Task.WhenAll(DeployDatabaseAsync(), DeployBrokerAsync());
        Pipeline = Pipeline.On(Stack, Pipelines, Broker(Producer), Stack.Postgres.ConnectionString);
        Ledger = Ledger.Of(Pipeline);
    }

    public async Task DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        await Stack.DisposeAsync();
    }

    internal string[] Roles(string brokerUser, string databaseRole) =>
        [$"ConnectionStrings:RabbitMq={Broker(brokerUser)}", $"ConnectionStrings:Orders={Database(databaseRole)}"];

    internal string Broker(string user) =>
        new UriBuilder(Stack.Rabbit.ConnectionString) { UserName = user, Password = Uri.EscapeDataString(Password), Path = Pipelines }.Uri.AbsoluteUri;

    internal string Database(string role) => new NpgsqlConnectionStringBuilder(Stack.Postgres.ConnectionString) { Username = role }.ConnectionString;

    internal Task<IConnection> ConnectAsync(string user) =>
        new ConnectionFactory { Uri = new Uri(Broker(user)), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();

    /// <summary>Runs <c>rabbitmqctl</c>.</summary>
    internal Task ControlAsync(params string[] arguments) => ((RabbitProcess)Stack.Rabbit).ControlAsync(arguments, CancellationToken.None);

    internal HttpClient Management(string user) => Management(user, new Uri($"http://127.0.0.1:{ManagementPort}"), new HttpClientHandler());

    internal static HttpClient Management(string user, Uri address, HttpClientHandler handler)
    {
        var client = new HttpClient(handler) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{Password}")));
        return client;
    }

    internal static string File(string path) => Path.Combine(Repository.Root!, "deploy", path);

    /// <summary>Before the first migration for the roles, and after it for the rights to what it has made.</summary>
    private async Task DeployDatabaseAsync()
    {
        await RunRolesAsync();
        await using var migrate = WorkerProcess.Start(
            ["migrate", "ConnectionStrings:RabbitMq=amqp://not-used", $"ConnectionStrings:Orders={Database(Migrator)}", .. Patience]);
        Assert.True(await migrate.ExitAsync(TimeSpan.FromMinutes(2)) == 0, migrate.Output);
        await RunRolesAsync();
    }

    private async Task DeployBrokerAsync()
    {
        var definitions = await System.IO.File.ReadAllTextAsync(File("rabbitmq/definitions.json"));
        foreach (var user in new[] { "topology", "producer", "worker", "operator", "scaler" })
        {
            definitions = definitions.Replace($"<{user}>", Hash(Password));
        }

        var file = Path.Combine(Stack.Folder, "definitions.json");
        await System.IO.File.WriteAllTextAsync(file, definitions);
        await ControlAsync("import_definitions", file);
    }

    private async Task RunRolesAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(Stack.Postgres.ConnectionString);
        using var psql = Process.Start(new ProcessStartInfo(Psql(), [
            "-h", server.Host!, "-p", $"{server.Port}", "-U", server.Username!, "-d", server.Database!, "-v", "ON_ERROR_STOP=1", "-q", "-f", File("postgres/roles.sql")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = psql.StandardError.ReadToEndAsync();
        await psql.StandardOutput.ReadToEndAsync();
        await psql.WaitForExitAsync();
        Assert.True(psql.ExitCode == 0, await errors);
    }

    // Beside the server's own programs, where Debian has it, or where everybody has it.
    private static string Psql() => Packages.Find(out _) is { } packages
        && Executables.FindIn([Path.GetDirectoryName(packages.Postgres)!], "psql") is { } found ? found : "psql";

    /// <summary>As <c>rabbitmqctl hash_password</c>.</summary>
    private static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(4);
        return Convert.ToBase64String([.. salt, .. SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(password)])]);
    }
}
