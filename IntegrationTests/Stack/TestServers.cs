using DevServers;
using Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace IntegrationTests.Stack;

/// <summary>
/// One RabbitMQ and one PostgreSQL for the whole run, started by the first test that wants them and ended with the process. Tests
/// share the servers and nothing on them: <see cref="Pipeline"/> gives each its own queue and database.
/// </summary>
internal static class TestServers
{
    private const string Template = "orders_template";

    private static readonly Lazy<Task<DevStack>> Shared = new(() => StartAsync(new DevStackOptions()));

    public static Task<DevStack> SharedAsync() => Shared.Value;

    /// <summary>Servers of a test's own, to be killed.</summary>
    /// <param name="tls">The broker has a TLS listener too.</param>
    /// <param name="rabbitSettings">More lines for rabbitmq.conf.</param>
    public static Task<DevStack> PrivateAsync(bool tls = false, params string[] rabbitSettings) =>
        StartAsync(new DevStackOptions { LookAtEnvironment = false, LookAtDocker = false, RabbitTls = tls, RabbitSettings = rabbitSettings });

    /// <summary>Makes an empty database with the schema in place, or without one.</summary>
    /// <returns>Its connection string.</returns>
    public static async Task<string> CreateDatabaseAsync(DevStack stack, string name, bool withSchema)
    {
        await ExecuteAsync(stack.Postgres.ConnectionString, $"create database {name}" + (withSchema ? $" template {Template}" : ""));
        return WithDatabase(stack.Postgres.ConnectionString, name);
    }

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<DevStack> StartAsync(DevStackOptions options)
    {
        var stack = await DevStack.StartAsync(options);
        await ExecuteAsync(stack.Postgres.ConnectionString, $"drop database if exists {Template}");
        await ExecuteAsync(stack.Postgres.ConnectionString, $"create database {Template}");
        await MigrateAsync(WithDatabase(stack.Postgres.ConnectionString, Template));
        return stack;
    }

    private static async Task MigrateAsync(string connectionString)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("ConnectionStrings:Orders", connectionString)])
            .Build();
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddPostgres()
            .BuildServiceProvider();
        await services.GetRequiredService<SchemaMigrator>().MigrateAsync(CancellationToken.None);
    }

    // Without a pool: a template must have no open connection when a database is made from it.
    private static string WithDatabase(string connectionString, string database) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = database, Pooling = database != Template }.ConnectionString;
}
