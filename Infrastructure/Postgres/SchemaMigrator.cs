using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Infrastructure.Postgres;

/// <summary>Brings the schema to this version's state, and tells whether it is there.</summary>
public sealed class SchemaMigrator(IDbContextFactory<OrdersDbContext> contexts, NpgsqlDataSource database)
{
    // Any number that nothing else in the database locks: the ASCII codes of "orders".
    private const long LockKey = 0x6F7264657273;

    /// <summary>Names of the migrations that are missing, oldest first; empty when the schema is current.</summary>
    public async Task<IReadOnlyList<string>> FindMissingAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return [.. await context.Database.GetPendingMigrationsAsync(cancellationToken)];
    }

    /// <summary>The database's character set. Orders are UTF-8; in another one a text that is fine may not fit.</summary>
    public async Task<string> ReadEncodingAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("show server_encoding");
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Applies what is missing. Any number of workers may call it at once: one applies, the others wait and find nothing left.</summary>
    /// <returns>Names of the migrations it applied.</returns>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var guard = await database.OpenConnectionAsync(cancellationToken);
        await LockAsync(guard, cancellationToken);
        try
        {
            var missing = await FindMissingAsync(cancellationToken);
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            await context.Database.MigrateAsync(cancellationToken);
            return missing;
        }
        finally
        {
            // The connection goes back to a pool, and an advisory lock lives as long as its session.
            await UnlockAsync(guard);
        }
    }

    private static async Task LockAsync(NpgsqlConnection guard, CancellationToken cancellationToken)
    {
        // No time limit: whoever holds the lock is migrating, however long that takes.
        await using var command = new NpgsqlCommand("select pg_advisory_lock($1)", guard) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = LockKey });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task UnlockAsync(NpgsqlConnection guard)
    {
        try
        {
            await using var command = new NpgsqlCommand("select pg_advisory_unlock($1)", guard);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = LockKey });
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The session is gone and the lock with it; what matters is the error that ended the migration.
        }
    }
}
