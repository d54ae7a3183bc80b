using System.Text.Json;
using Infrastructure.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace MassTransitBulk;

/// <summary>Writes batches of orders past EF Core, one statement each.</summary>
internal sealed class BulkOrderStore : IAsyncDisposable
{
    private const string Columns = "order_id, customer_id, placed_at, currency, total, lines, content_hash";
    private const string Copy = $"copy orders ({Columns}) from stdin (format binary)";

    // Sorted, so that two writes of the same orders wait for each other in one direction only.
    private const string InsertMissing =
        $"""
        insert into orders ({Columns})
        select * from unnest($1, $2, $3, $4, $5, $6, $7) as batch ({Columns}) order by order_id
        on conflict (order_id) do nothing
        """;

    private readonly NpgsqlDataSource _database;
    private readonly int _copyFrom;

    private BulkOrderStore(NpgsqlDataSource database, int copyFrom)
    {
        _database = database;
        _copyFrom = copyFrom;
    }

    /// <summary>Returns when there is a first connection, so that no order waits for it.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="copyFrom">Rows from which on COPY, with its second round trip, is the faster way.</param>
    public static async Task<BulkOrderStore> OpenAsync(string connectionString, int copyFrom)
    {
        var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 10,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            Enlist = false,
        });
        await using var connection = await database.OpenConnectionAsync();
        return new BulkOrderStore(database, copyFrom);
    }

    /// <summary>Returns when all of the orders are committed, by this call or by an earlier one.</summary>
    public async Task SaveAsync(List<OrderRow> orders, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        if (orders.Count < _copyFrom || !await TryCopyAsync(connection, orders, cancellationToken))
        {
            await InsertMissingAsync(connection, orders, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <returns>False when an order is there already or comes twice: nothing is stored then.</returns>
    private static async Task<bool> TryCopyAsync(NpgsqlConnection connection, List<OrderRow> orders, CancellationToken cancellationToken)
    {
        try
        {
            await using var rows = await connection.BeginBinaryImportAsync(Copy, cancellationToken);
            foreach (var order in orders)
            {
                await rows.StartRowAsync(cancellationToken);
                await rows.WriteAsync(order.OrderId, NpgsqlDbType.Uuid, cancellationToken);
                await rows.WriteAsync(order.CustomerId, NpgsqlDbType.Text, cancellationToken);
                await rows.WriteAsync(order.PlacedAt, NpgsqlDbType.TimestampTz, cancellationToken);
                await rows.WriteAsync(order.Currency, NpgsqlDbType.Text, cancellationToken);
                await rows.WriteAsync(order.Total, NpgsqlDbType.Numeric, cancellationToken);
                await rows.WriteAsync(Json(order.Lines), NpgsqlDbType.Jsonb, cancellationToken);
                await rows.WriteAsync(order.ContentHash, NpgsqlDbType.Uuid, cancellationToken);
            }

            await rows.CompleteAsync(cancellationToken);
            return true;
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected)
        {
            return false;
        }
    }

    private static async Task InsertMissingAsync(NpgsqlConnection connection, List<OrderRow> orders, CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand(InsertMissing, connection)
        {
            Parameters =
            {
                Array(orders, order => order.OrderId, NpgsqlDbType.Uuid),
                Array(orders, order => order.CustomerId, NpgsqlDbType.Text),
                Array(orders, order => order.PlacedAt, NpgsqlDbType.TimestampTz),
                Array(orders, order => order.Currency, NpgsqlDbType.Text),
                Array(orders, order => order.Total, NpgsqlDbType.Numeric),
                Array(orders, order => Json(order.Lines), NpgsqlDbType.Jsonb),
                Array(orders, order => order.ContentHash, NpgsqlDbType.Uuid),
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlParameter<T[]> Array<T>(List<OrderRow> orders, Func<OrderRow, T> value, NpgsqlDbType type)
    {
        var values = new T[orders.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(orders[i]);
        }

        return new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }

    private static byte[] Json(List<OrderRowLine> lines) => JsonSerializer.SerializeToUtf8Bytes(lines, LinesJson.Default.ListOrderRowLine);
}
