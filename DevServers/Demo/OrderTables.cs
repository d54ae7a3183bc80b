using Npgsql;

namespace DevServers.Demo;

/// <summary>Counts rows. A database from the environment may hold older ones, so the demo counts before and after.</summary>
internal sealed class OrderTables(string connectionString)
{
    public async Task<TableCounts> CountAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Command Timeout=600");
        await connection.OpenAsync(cancellationToken);

        await using var orders = new NpgsqlCommand("SELECT count(*), count(DISTINCT order_id) FROM orders", connection);
        await using var row = await orders.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var (rows, distinct) = (row.GetInt64(0), row.GetInt64(1));
        await row.CloseAsync();

        await using var dead = new NpgsqlCommand("SELECT reason, count(*) FROM dead_letters GROUP BY reason", connection);
        await using var reasons = await dead.ExecuteReaderAsync(cancellationToken);
        var deadLetters = new SortedDictionary<string, long>(StringComparer.Ordinal);
        while (await reasons.ReadAsync(cancellationToken))
        {
            deadLetters[reasons.GetString(0)] = reasons.GetInt64(1);
        }

        return new TableCounts(rows, distinct, deadLetters);
    }
}
