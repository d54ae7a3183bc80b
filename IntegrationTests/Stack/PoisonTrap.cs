using Npgsql;

namespace IntegrationTests.Stack;

/// <summary>
/// Makes every write of a certain customer's order wait, so that a test knows that a worker has it in its hands and can kill the worker there.
/// </summary>
internal sealed class PoisonTrap : IAsyncDisposable
{
    public const string Customer = "poison";

    private const string Waiting = "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory'";

    // A worker starts, connects, and may have others to store one by one before it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Pipeline _pipeline;
    private readonly NpgsqlConnection _connection;

    private PoisonTrap(Pipeline pipeline, NpgsqlConnection connection)
    {
        _pipeline = pipeline;
        _connection = connection;
    }

    public static async Task<PoisonTrap> SetAsync(Pipeline pipeline)
    {
        await pipeline.ExecuteAsync(
            $$"""
            create function trap() returns trigger language plpgsql as
            $body$ begin if new.customer_id = '{{Customer}}' then perform pg_advisory_xact_lock(1); end if; return new; end $body$;
            create trigger trap before insert on orders for each row execute function trap()
            """);
        var connection = new NpgsqlConnection(pipeline.DatabaseConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select pg_advisory_lock(1)", connection);
        await command.ExecuteNonQueryAsync();
        return new PoisonTrap(pipeline, connection);
    }

    /// <summary>Whether a worker is in it; not once the message has been put aside.</summary>
    public async Task<bool> IsSprungAsync()
    {
        long trapped = 0;
        await Eventually.TrueAsync("the message is being written or was put aside", async () =>
        {
            trapped = await _pipeline.CountAsync(Waiting);
            var letters = await _pipeline.CountAsync("dead_letters");
            return (trapped + letters > 0, $"{trapped} wait, {letters} dead letters");
        }, Patience);
        return trapped > 0;
    }

    /// <summary>Ends what is left in the database of a killed worker: whoever waits for a lock does not notice that nobody wants the answer.</summary>
    public async Task ResetAsync()
    {
        await _pipeline.ExecuteAsync($"select pg_terminate_backend(pid) from {Waiting}");
        await Eventually.EqualAsync(0L, "sessions in the trap", () => _pipeline.CountAsync(Waiting));
    }

    // The connection goes back to a pool, and an advisory lock lives as long as its session.
    public async ValueTask DisposeAsync()
    {
        await using (var command = new NpgsqlCommand("select pg_advisory_unlock_all()", _connection))
        {
            await command.ExecuteNonQueryAsync();
        }

        await _connection.DisposeAsync();
    }
}
