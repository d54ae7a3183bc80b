using Npgsql;

namespace IntegrationTests.Stack;

/// <summary>Holds a table so that no one else can write to it.</summary>
internal sealed class TableLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private TableLock(NpgsqlConnection connection) => _connection = connection;

    public static async Task<TableLock> TakeAsync(Pipeline pipeline, string table)
    {
        var connection = new NpgsqlConnection(pipeline.DatabaseConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"begin; lock table {table} in access exclusive mode", connection);
        await command.ExecuteNonQueryAsync();
        return new TableLock(connection);
    }

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();
}
