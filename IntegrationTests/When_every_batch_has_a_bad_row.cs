using System.Diagnostics;
using IntegrationTests.Stack;
using Xunit.Abstractions;

namespace IntegrationTests;

public sealed class When_every_batch_has_a_bad_row(ITestOutputHelper output)
{
    private const int Orders = 6000;

    // A sequence keeps what it gave out when the write is rolled back, so it counts attempts.
    private const string CountWrites =
        """
        create sequence writes;
        create function count_write() returns trigger language plpgsql as $$ begin perform nextval('writes'); return null; end $$;
        create trigger count_write before insert on orders for each statement execute function count_write();
        """;

    [Theory]
    [InlineData("alter table orders add constraint no_blocked_customer check (customer_id <> 'blocked')", "store.23514", 1)]
    [InlineData(
        "create table customers (id text primary key); insert into customers values ('c-1'); "
        + "alter table orders add constraint known_customer foreign key (customer_id) references customers",
        "store.23503", 9)]
    public async Task It_costs_few_writes_more_and_only_that_row_is_put_aside(string rule, string reason, int mostWritesForOne)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.ExecuteAsync(rule);
        await pipeline.ExecuteAsync(CountWrites);
        await pipeline.DeclareAsync();
        var ledger = Ledger.Of(pipeline);
        foreach (var chunk in Some.Orders(Orders).Chunk(100))
        {
            await ledger.StoresAsync(chunk[..50]);
            await ledger.PutsAsideAsync(chunk[50] with { CustomerId = "blocked" }, reason);
            await ledger.StoresAsync(chunk[51..]);
        }

        var started = Stopwatch.StartNew();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, "Intake:MaxBatch=100", "Intake:Lanes=1");
        await ledger.SettlesAsync();

        await Eventually.EqualAsync(0L, "in flight", async () => (await worker.StatusAsync()).GetProperty("inFlight").GetInt64());
        var batches = (await worker.StatusAsync()).GetProperty("batches").GetInt64();
        var writes = await pipeline.ScalarAsync<long>("select last_value from writes");
        output.WriteLine($"{writes} writes for {batches} batches with {Orders / 100} bad rows, {started.ElapsedMilliseconds} ms");
        Assert.InRange(writes - batches, Orders / 100, Orders / 100 * mostWritesForOne);
    }
}
