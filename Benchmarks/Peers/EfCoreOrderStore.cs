using Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace Benchmarks.Peers;

/// <summary>Writes batches of orders with EF Core: <c>AddRange</c> and <c>SaveChanges</c>, one transaction each.</summary>
internal sealed class EfCoreOrderStore : IAsyncDisposable
{
    private readonly string _connectionString;
    private readonly PooledDbContextFactory<OrdersDbContext> _contexts;

    private EfCoreOrderStore(string connectionString, int batchSize)
    {
        _connectionString = connectionString;
        _contexts = new PooledDbContextFactory<OrdersDbContext>(new DbContextOptionsBuilder<OrdersDbContext>()
            .UseNpgsql(connectionString, npgsql => npgsql.MaxBatchSize(batchSize).EnableRetryOnFailure())
            .EnableThreadSafetyChecks(false)
            .Options);
    }

    /// <summary>Returns when model and first connection are there, so that no order waits for them.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="batchSize">Rows of a batch at most; so many go to the server in one round trip.</param>
    public static async Task<EfCoreOrderStore> OpenAsync(string connectionString, int batchSize)
    {
        var tuned = new NpgsqlConnectionStringBuilder(connectionString)
        {
            // The inserts of a batch are one statement with other parameters: prepared, the server parses and plans it once a connection.
            MaxAutoPrepare = 10,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            Enlist = false,
        };
        var store = new EfCoreOrderStore(tuned.ConnectionString, batchSize);
        await store.MissingAsync([], CancellationToken.None);
        return store;
    }

    /// <summary>Returns when all of the orders are committed, by this call or by an earlier one.</summary>
    public async Task SaveAsync(IEnumerable<OrderRow> orders, CancellationToken cancellationToken)
    {
        // The change tracker refuses a second entity of the same key.
        var missing = orders.DistinctBy(order => order.OrderId).ToList();
        while (missing.Count > 0)
        {
            try
            {
                await InsertAsync(missing, cancellationToken);
                return;
            }
            catch (DbUpdateException refused) when (refused.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                // What was refused is committed by now, so every round has fewer orders than the one before.
                missing = await MissingAsync(missing, cancellationToken);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        using var connection = new NpgsqlConnection(_connectionString);
        NpgsqlConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }

    private async Task InsertAsync(List<OrderRow> orders, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);

        // Nothing but additions is tracked, so there are no changes to look for.
        context.ChangeTracker.AutoDetectChangesEnabled = false;
        context.Orders.AddRange(orders);
        await context.SaveChangesAsync(cancellationToken);
    }

    private async Task<List<OrderRow>> MissingAsync(List<OrderRow> orders, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var ids = orders.ConvertAll(order => order.OrderId);
        var stored = await context.Orders
            .Where(order => ids.Contains(order.OrderId))
            .Select(order => order.OrderId)
            .ToHashSetAsync(cancellationToken);
        return orders.FindAll(order => !stored.Contains(order.OrderId));
    }
}
