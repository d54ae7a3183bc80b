using Infrastructure.Postgres;
using IntegrationTests.Stack;
using Npgsql;

namespace IntegrationTests;

public sealed class When_replicas_write_the_same_orders
{
    private const int Orders = 400;

    [Fact]
    public async Task In_opposite_order_and_run_into_a_deadlock_each_is_stored_once_and_nobody_is_blamed()
    {
        await using var pipeline = await Pipeline.CreateAsync();

        // A queue of its own for each replica decides who gets what, and in which order.
        await using var other = await Pipeline.CreateAsync();
        var tables = $"ConnectionStrings:Orders={pipeline.DatabaseConnectionString}";
        await using var first = await WorkerUnderTest.StartReadyAsync(pipeline, "Intake:Lanes=1");
        await using var second = await WorkerUnderTest.StartReadyAsync(other, tables, "Intake:Lanes=1");
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(Orders).ToList();
        var (gateOfFirst, gateOfSecond) = (Some.Order(), Some.Order());

        // Each waits for an order of its own while the others gather behind it in one batch.
        var firstGate = await KeyLock.TakeAsync(pipeline, gateOfFirst.OrderId);
        var secondGate = await KeyLock.TakeAsync(pipeline, gateOfSecond.OrderId);
        await ledger.StoresAsync([gateOfFirst, .. orders]);
        await ledger.StoresAsync([gateOfSecond, .. orders.AsEnumerable().Reverse()], through: other);
        await HoldsAllAsync(first);
        await HoldsAllAsync(second);

        // They meet in the middle, each with half of the orders that the other wants next.
        var middle = await KeyLock.TakeAsync(pipeline, orders[Orders / 2].OrderId);
        await firstGate.DisposeAsync();
        await secondGate.DisposeAsync();
        await middle.BlocksAsync(pipeline, 2);
        await middle.DisposeAsync();

        await ledger.SettlesAsync();
        await Eventually.TrueAsync("there was a deadlock", async () =>
        {
            var deadlocks = await pipeline.ScalarAsync<long>("select deadlocks from pg_stat_database where datname = current_database()");
            return (deadlocks > 0, $"{deadlocks}");
        });
        await first.BecomesReadyAsync();
        await second.BecomesReadyAsync();
    }

    [Fact]
    public async Task In_opposite_order_on_the_idempotent_path_they_take_turns_without_a_deadlock()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        var ids = Enumerable.Range(0, Orders).Select(_ => Guid.CreateVersion7()).ToList();
        await using var database = NpgsqlDataSource.Create(pipeline.DatabaseConnectionString);
        await using var first = new OrderStore(database, new PostgresOptions(), "first");
        await using var second = new OrderStore(database, new PostgresOptions(), "second");

        // Unsorted, they would meet in the middle, each with half of the orders that the other wants next.
        var middle = await KeyLock.TakeAsync(pipeline, ids[Orders / 2]);
        var merges = Task.WhenAll(
            first.MergeAsync(WrittenRows.Of(ids), CancellationToken.None),
            second.MergeAsync(WrittenRows.Of(ids.AsEnumerable().Reverse()), CancellationToken.None));
        await pipeline.BlockedAsync(2);
        await middle.DisposeAsync();

        var results = await merges;
        Assert.Equal((Orders, Orders), (results.Sum(result => result.Stored), results.Sum(result => result.Duplicates)));
    }

    private static Task HoldsAllAsync(WorkerUnderTest worker) => Eventually.EqualAsync(1 + Orders, "messages in flight", async () =>
        (await worker.StatusAsync()).GetProperty("inFlight").GetInt32());
}
