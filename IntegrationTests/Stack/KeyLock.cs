using Npgsql;

namespace IntegrationTests.Stack;

/// <summary>Holds an order id by a row that is neither committed nor rolled back: whoever writes the same id waits.</summary>
internal sealed class KeyLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private KeyLock(NpgsqlConnection connection) => _connection = connection;

    public static async Task<KeyLock> TakeAsync(Pipeline pipeline, Guid orderId)
    {
        var connection = new NpgsqlConnection(pipeline.DatabaseConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $$"""
            begin;
            insert into orders (order_id, customer_id, placed_at, currency, total, lines, content_hash)
            values ('{{orderId}}', 'c', now(), 'EUR', 0, '[{"sku": "s", "quantity": 1, "unitPrice": 0}]', '{{orderId}}')
            """, connection);
        await command.ExecuteNonQueryAsync();
        return new KeyLock(connection);
    }

    /// <summary>Waits until so many sessions wait for this lock.</summary>
    public Task BlocksAsync(Pipeline pipeline, int sessions) => Eventually.EqualAsync((long)sessions, "sessions that wait for this lock", () =>
        pipeline.CountAsync($"pg_stat_activity where {_connection.ProcessID} = any(pg_blocking_pids(pid))"));

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();
}
