using DevServers;
using Npgsql;

namespace IntegrationTests.Stack;

/// <summary>A second PostgreSQL that follows a pipeline's own. Every commit there waits until it is here too.</summary>
internal sealed class Standby : IAsyncDisposable
{
    private readonly PostgresProcess _server;

    private Standby(PostgresProcess server) => _server = server;

    public string ConnectionString => _server.ConnectionString;

    public static async Task<Standby> StartAsync(Pipeline pipeline)
    {
        var standby = new Standby(await ((PostgresProcess)pipeline.Servers.Postgres).StartStandbyAsync());

        // After the copy: it would take the setting along and, once promoted, wait for a standby of its own.
        await pipeline.ExecuteAsync("alter system set synchronous_standby_names = '*'");
        await pipeline.ExecuteAsync("select pg_reload_conf()");
        await Eventually.EqualAsync(1L, "synchronous standbys", () => pipeline.CountAsync("pg_stat_replication where sync_state = 'sync'"));
        return standby;
    }

    public Task KillAsync() => _server.KillAsync();

    public Task StartAgainAsync() => _server.StartAgainAsync();

    /// <summary>Makes it the primary; returns when it takes writes.</summary>
    public async Task PromoteAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select pg_promote()", connection);
        Assert.True((bool)(await command.ExecuteScalarAsync())!);
    }

    public async ValueTask DisposeAsync() => await _server.StopAsync();
}
