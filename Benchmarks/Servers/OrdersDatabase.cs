using Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Benchmarks.Servers;

/// <summary>A database with the worker's schema, emptied for every contestant.</summary>
internal sealed class OrdersDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private readonly EarlierRows? _earlier;

    private OrdersDatabase(string connectionString, EarlierRows? earlier = null)
    {
        ConnectionString = connectionString;
        _earlier = earlier;

        // Without limit: counting a million rows may take a while on a busy machine.
        _database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 });
    }

    public string ConnectionString { get; }

    // What a contestant stored, and not what was there before.
    private string Counted => _earlier is null ? "true" : EarlierRows.Others;

    /// <summary>The same address as libpq writes it.</summary>
    public string LibpqAddress
    {
        get
        {
            var address = new NpgsqlConnectionStringBuilder(ConnectionString);
            return $"host={address.Host} port={address.Port} user={address.Username} dbname={address.Database}";
        }
    }

    public static async Task<OrdersDatabase> CreateAsync(string serverConnectionString, string name, CancellationToken cancellationToken)
    {
        var connectionString = In(name, serverConnectionString);
        await ExecuteAsync(serverConnectionString, [$"create database {name}"], cancellationToken);
        var database = new OrdersDatabase(connectionString);
        await database.MigrateAsync(cancellationToken);
        return database;
    }

    /// <summary>Fills a database with rows that others are to begin with.</summary>
    public static async Task<EarlierRows> CreateEarlierRowsAsync(
        string serverConnectionString, string name, int rows, bool randomIds, CancellationToken cancellationToken)
    {
        await using var template = await CreateAsync(serverConnectionString, name, cancellationToken);
        await template.ExecuteAsync(EarlierRows.Insert(rows, randomIds), cancellationToken);
        await template.ExecuteAsync("vacuum (freeze, analyze) orders", cancellationToken);
        await using var command = template._database.CreateCommand("select pg_relation_size('orders') / current_setting('block_size')::int");
        return new EarlierRows(name, (long)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>A database that begins with rows, and not empty. It exists once <see cref="EmptyAsync"/> was called.</summary>
    public static OrdersDatabase With(EarlierRows earlier, string serverConnectionString, string name) => new(In(name, serverConnectionString), earlier);

    /// <summary>
    /// Leaves nothing of the last contestant: no rows but those it begins with, and no pages that the next one would have to write out.
    /// </summary>
    public async Task EmptyAsync(CancellationToken cancellationToken)
    {
        if (_earlier is null)
        {
            await ExecuteAsync("truncate orders, batch_ledger, dead_letters", cancellationToken);
        }
        else
        {
            await CopyAsync(_earlier.Template, cancellationToken);
        }

        await ExecuteAsync("checkpoint", cancellationToken);
    }

    public Task<long> CountOrdersAsync(CancellationToken cancellationToken) => CountAsync($"orders where {Counted}", cancellationToken);

    /// <summary>The same at a price that does not grow with the rows the table began with.</summary>
    public Task<long> CountLastOrdersAsync(CancellationToken cancellationToken) =>
        CountAsync($"orders where {_earlier?.OthersAtTheEnd ?? Counted}", cancellationToken);

    public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) => CountAsync("dead_letters", cancellationToken);

    /// <summary>Every commit that stored orders: the database's own clock, the same for every contestant.</summary>
    public async Task<IReadOnlyList<Commit>> ReadCommitsAsync(CancellationToken cancellationToken)
    {
        var sql = $"select pg_xact_commit_timestamp(xmin) as at, count(*) from orders where {Counted} group by xmin order by at";
        var commits = new List<Commit>();
        await using var command = _database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            commits.Add(new Commit(reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt64(1)));
        }

        return commits;
    }

    /// <summary>
    /// From when orders were due to their commit, by the database's clock. Each says when it was due in the time it was placed at.
    /// </summary>
    /// <param name="from">Orders that were due before do not count.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<CommitLatency> ReadLatencyAsync(DateTimeOffset from, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            select count(*),
                   percentile_disc(array[0.5, 0.9, 0.99, 0.999, 1]) within group (
                       order by (extract(epoch from pg_xact_commit_timestamp(xmin) - placed_at) * 1000)::float8)
            from orders
            where placed_at >= $1
            """;
        await using var command = _database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter { Value = from.ToUniversalTime() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return CommitLatency.From(reader.GetInt64(0), reader.IsDBNull(1) ? [] : reader.GetFieldValue<double[]>(1));
    }

    /// <summary>What is stored, summed up so that an order that was changed on the way shows.</summary>
    public async Task<Contents> ReadContentsAsync(CancellationToken cancellationToken)
    {
        var sql =
            $"""
            select count(distinct order_id),
                   coalesce(sum(total), 0),
                   coalesce(sum(floor(extract(epoch from placed_at) * 1000000)), 0),
                   coalesce(sum((select sum((line ->> 'quantity')::bigint) from jsonb_array_elements(lines) line)), 0)
            from orders
            where {Counted}
            """;
        await using var command = _database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new Contents(reader.GetInt64(0), reader.GetDecimal(1), reader.GetDecimal(2), (long)reader.GetDecimal(3));
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The one number a query gives.</summary>
    public async Task<double> ReadNumberAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(sql);
        return (double)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static string In(string name, string serverConnectionString) =>
        new NpgsqlConnectionStringBuilder(serverConnectionString) { Database = name }.ConnectionString;

    private static async Task ExecuteAsync(string connectionString, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        await using var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 });
        foreach (var statement in statements)
        {
            await using var command = server.CreateCommand(statement);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    // File by file, so that the copy is in the log of nobody who is measured.
    private async Task CopyAsync(string template, CancellationToken cancellationToken)
    {
        _database.Clear();
        var name = new NpgsqlConnectionStringBuilder(ConnectionString).Database!;
        await ExecuteAsync(
            In("postgres", ConnectionString),
            [$"drop database if exists {name} with (force)", $"create database {name} template {template} strategy file_copy"],
            cancellationToken);

        // A server that has been up for a while has the index in memory.
        await ExecuteAsync("set enable_seqscan = off; set max_parallel_workers_per_gather = 0; select count(order_id) from orders", cancellationToken);
    }

    private async Task<long> CountAsync(string rows, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand($"select count(*) from {rows}");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("ConnectionStrings:Orders", ConnectionString)])
            .Build();
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddPostgres()
            .BuildServiceProvider();
        await services.GetRequiredService<SchemaMigrator>().MigrateAsync(cancellationToken);
    }
}
