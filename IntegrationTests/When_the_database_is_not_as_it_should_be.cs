using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_database_is_not_as_it_should_be
{
    [Theory]
    [InlineData("alter table orders rename column total to sum", "alter table orders rename column sum to total", "total")]
    [InlineData("alter table orders add column region text not null", "alter table orders drop column region", "region")]
    [InlineData("alter table orders alter column placed_at type date", "alter table orders alter column placed_at type timestamptz", "placed_at")]
    [InlineData("alter table orders alter column content_hash type text", "alter table orders alter column content_hash type uuid using content_hash::uuid", "content_hash")]
    [InlineData("alter table orders rename to other_orders", "alter table other_orders rename to orders", "orders")]
    public async Task Messages_are_held_and_nobody_is_blamed(string spoil, string mend, string named)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await pipeline.ExecuteAsync(spoil);
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(300));

        await Eventually.TrueAsync("readiness says why", async () =>
        {
            var (isReady, body) = await worker.ReadyAsync();
            return (!isReady && body.ToString().Contains("breaker has been open") && body.ToString().Contains(named), body.ToString());
        });
        Assert.Equal("open", (await worker.StatusAsync()).GetProperty("breaker").GetProperty("state").GetString()!.Replace("half", ""));
        Assert.True(await worker.IsLiveAsync());

        await pipeline.ExecuteAsync(mend);
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
        Assert.Equal((1, 1), (worker.LinesOf(LogLines.BreakerOpened), worker.LinesOf(LogLines.BreakerClosed)));
    }

    [Theory]
    [InlineData("alter table orders rename to other_orders", "alter table other_orders rename to orders", "orders")]
    [InlineData("alter table orders add column region text not null", "alter table orders drop column region", "region")]
    public async Task What_was_held_for_too_long_goes_back_to_the_queue_once_until_the_database_works(string spoil, string mend, string named)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await IsHandedBackOnceAsync(pipeline, spoil, mend, named, lanes: 2, messages: 300, ledger => ledger.StoresAsync(Some.Orders(300)));
    }

    [Fact]
    public async Task So_does_a_dead_letter_that_cannot_be_written()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await IsHandedBackOnceAsync(
            pipeline, "alter table dead_letters add column region text not null", "alter table dead_letters drop column region", "region", lanes: 2, messages: 1,
            ledger => ledger.PutsAsideAsync(Some.Order() with { Total = 17m }, "rule.total_mismatch"));
    }

    [Fact]
    public async Task So_does_what_was_delivered_before_when_only_the_idempotent_path_does_not_work()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await IsHandedBackOnceAsync(
            pipeline, "alter table orders drop constraint orders_pkey", "alter table orders add primary key (order_id)", "ON CONFLICT", lanes: 1, messages: 20, async ledger =>
            {
                // Handed back once more they are suspects, whose place is the dead queue. Another lane would never hold them.
                await ledger.StoresAsync(Some.Orders(20));
                var hands = await VainHands.TakeAsync(pipeline, pipeline.Names.Queue, times: 1);
                await hands.ReturnAsync();
            });
    }

    [Fact]
    public async Task A_row_that_would_be_put_aside_when_the_database_works_again_is_no_sign_that_it_does_not()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, "Intake:HoldSeconds=1");
        await pipeline.ExecuteAsync("alter table orders rename to other_orders");
        var ledger = Ledger.Of(pipeline);
        await ledger.PutsAsideAsync(Some.Order(customer: "blocked"), "store.23514");
        await Eventually.EqualAsync(1u, "messages waiting", pipeline.WaitingAsync);

        await pipeline.ExecuteAsync(
            "alter table other_orders add constraint no_blocked_customer check (customer_id <> 'blocked'); alter table other_orders rename to orders");
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
    }

    // However long it lasts: what is delivered again and again is taken from the queue by the broker.
    private static async Task IsHandedBackOnceAsync(
        Pipeline pipeline, string spoil, string mend, string named, int lanes, uint messages, Func<Ledger, Task> publish)
    {
        const int Hold = 1;
        await pipeline.DeclareAsync();
        var ledger = Ledger.Of(pipeline);
        await publish(ledger);
        await pipeline.ExecuteAsync(spoil);
        await using var worker = await WorkerUnderTest.StartAsync(pipeline, settings: [$"Intake:Lanes={lanes}", $"Intake:HoldSeconds={Hold}"]);

        await worker.BreakerIsOpenAsync(seconds: 6 * Hold, because: named);
        await worker.LanesBecomeAsync(string.Join(", ", Enumerable.Repeat("holding", lanes)));
        Assert.InRange(worker.LinesOf(LogLines.HandsBack), 1, lanes);
        await Eventually.EqualAsync(messages, "messages waiting", async () => await pipeline.WaitingAsync() + await pipeline.DeadAsync());

        await pipeline.ExecuteAsync(mend);
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
        Assert.InRange(worker.LinesOf(LogLines.HandsBack), 1, lanes);
    }
}
