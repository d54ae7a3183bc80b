using Infrastructure.Postgres;
using Npgsql;

namespace Worker.Operations.Doctor;

/// <summary>Looks at the database. It reads catalogues only.</summary>
internal sealed class DatabaseExamination(NpgsqlDataSource database, SchemaMigrator migrator, TimeProvider time)
{
    // What the statements of a lane need, column by column: a migration may have added one that the role was not granted. A column that is not
    // there is the schema's matter.
    private const string Grants =
        $"""
        select format('%s on %s', lower(wanted.privilege), wanted.name)
               || case when bool_or(has_column_privilege(attrelid, attnum, wanted.privilege)) then format(' (%s)',
                    string_agg(attname, ', ' order by attnum) filter (where not has_column_privilege(attrelid, attnum, wanted.privilege))) else '' end
        from (values ('orders', 'insert', '{OrderStore.Columns}'), ('orders', 'select', '{OrderStore.SoughtColumns}'),
                     ('dead_letters', 'insert', '{DeadLetterWriter.Columns}'), ('dead_letters', 'select', '{DeadLetterWriter.SoughtColumns}'),
                     ('batch_ledger', 'insert', '{OrderStore.LedgerColumns}')) as wanted(name, privilege, columns)
        join pg_attribute on attrelid = to_regclass(wanted.name) and attname = any(string_to_array(wanted.columns, ', '))
        group by wanted.name, wanted.privilege
        having not bool_and(has_column_privilege(attrelid, attnum, wanted.privilege))
        union all
        select 'temporary on the database' where not has_database_privilege(current_database(), 'TEMPORARY')
        """;

    private const string Server =
        """
        select current_setting('server_version_num')::int,
               current_setting('server_encoding'),
               pg_is_in_recovery(),
               current_setting('default_transaction_read_only')::bool,
               current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                   - coalesce(current_setting('reserved_connections', true)::int, 0),
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
        var asked = time.GetUtcNow();
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var answered = time.GetUtcNow();
        var answer = new DateTimeOffset(row.GetDateTime(7), TimeSpan.Zero);
        return new DatabaseFacts
        {
            Version = row.GetInt32(0),
            Encoding = row.GetString(1),
            IsStandby = row.GetBoolean(2),
            IsReadOnly = row.GetBoolean(3),
            MaxConnections = row.GetInt32(4),
            UsedConnections = row.GetInt32(5),
            RoleConnections = row.GetInt32(6),
            ClockAhead = answer < asked ? answer - asked : answer > answered ? answer - answered : TimeSpan.Zero,
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
