using Infrastructure.Postgres;
using Npgsql;

namespace Worker.Operations.Doctor;

/// <summary>Looks at the database. It reads catalogues only.</summary>
internal sealed class DatabaseExamination(NpgsqlDataSource database, SchemaMigrator migrator, TimeProvider time)
{
    // What the statements of a lane need.
    private const string Grants =
        """
        select format('%s on %s', lower(wanted.privilege), wanted.name)
        from (values ('orders', 'INSERT'), ('orders', 'SELECT'), ('dead_letters', 'INSERT'), ('dead_letters', 'SELECT'), ('batch_ledger', 'INSERT'))
             as wanted(name, privilege)
        where to_regclass(wanted.name) is not null
          and not has_any_column_privilege(to_regclass(wanted.name), wanted.privilege)
        union all
        select 'temporary on the database' where not has_database_privilege(current_database(), 'TEMPORARY')
        """;

    private const string Server =
        """
        select current_setting('server_version_num')::int,
               current_setting('server_encoding'),
               pg_is_in_recovery(),
               current_setting('default_transaction_read_only')::bool,
               current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
               (select count(*)::int from pg_stat_activity where backend_type = 'client backend'),
               (select rolconnlimit from pg_roles where rolname = current_user),
               clock_timestamp()
        """;

    private const string Settings = "select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')";

    public async Task<DatabaseFacts> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            var facts = await ReadServerAsync(connection, cancellationToken);
            return facts with
            {
                Settings = await ReadSettingsAsync(connection, cancellationToken),
                MissingGrants = await ReadGrantsAsync(connection, cancellationToken),
                MissingMigrations = await FindMissingAsync(cancellationToken),
            };
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            return new DatabaseFacts { Problem = PostgresFaults.Classify(failure, WritePhase.Opening).Problem };
        }
    }

    private async Task<DatabaseFacts> ReadServerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Server, connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new DatabaseFacts
        {
            Version = row.GetInt32(0),
            Encoding = row.GetString(1),
            IsStandby = row.GetBoolean(2),
            IsReadOnly = row.GetBoolean(3),
            MaxConnections = row.GetInt32(4),
            UsedConnections = row.GetInt32(5),
            RoleConnections = row.GetInt32(6),
            ClockAhead = new DateTimeOffset(row.GetDateTime(7), TimeSpan.Zero) - time.GetUtcNow(),
        };
    }

    private static async Task<Dictionary<string, string>> ReadSettingsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Settings, connection);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var settings = new Dictionary<string, string>();
        while (await rows.ReadAsync(cancellationToken))
        {
            settings[rows.GetString(0)] = rows.GetString(1);
        }

        return settings;
    }

    private static async Task<List<string>> ReadGrantsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Grants, connection);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var missing = new List<string>();
        while (await rows.ReadAsync(cancellationToken))
        {
            missing.Add(rows.GetString(0));
        }

        return missing;
    }

    private async Task<IReadOnlyList<string>?> FindMissingAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await migrator.FindMissingAsync(cancellationToken);
        }
        catch (PostgresException)
        {
            return null;
        }
    }
}
