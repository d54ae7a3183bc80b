using IntegrationTests.Stack;
using Worker.Intake;

namespace IntegrationTests;

public sealed class When_the_database_is_not_as_it_should_be
{
    /// <summary>What is done to the database, what undoes it, and what the reason names.</summary>
    public static TheoryData<string, string, string> Spoils { get; } = new()
    {
        { "alter table orders rename column total to sum", "alter table orders rename column sum to total", "total" },
        { "alter table orders add column region text not null", "alter table orders drop column region", "region" },
        { "alter table orders alter column placed_at type date", "alter table orders alter column placed_at type timestamptz", "placed_at" },
        { "alter table orders alter column content_hash type text", "alter table orders alter column content_hash type uuid using content_hash::uuid", "content_hash" },
        { "alter table orders rename to other_orders", "alter table other_orders rename to orders", "orders" },
    };

    [Theory]
    [MemberData(nameof(Spoils))]
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
    [MemberData(nameof(Spoils))]
    public async Task What_was_held_for_too_long_goes_back_to_the_queue_once_until_the_database_works(string spoil, string mend, string named)
    {
        const int Hold = 1;
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, $"Intake:HoldSeconds={Hold}");
        await pipeline.ExecuteAsync(spoil);
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(300));

        await Eventually.TrueAsync("the outage goes on", async () =>
        {
            var breaker = (await worker.StatusAsync()).GetProperty("breaker");
            return (breaker.GetProperty("openSeconds").GetDouble() > 6 * Hold && $"{breaker}".Contains(named), $"{breaker}");
        });
        Assert.Equal(300u, await pipeline.WaitingAsync());
        Assert.Equal("holding", (await worker.StatusAsync()).GetProperty("lanes")[0].GetProperty("state").GetString());

        await pipeline.ExecuteAsync(mend);
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
        Assert.InRange(worker.LinesOf(LogLines.HandsBack), 1, IntakeOptions.DefaultLanes);
    }

    [Fact]
    public async Task A_rule_that_no_trial_without_a_message_can_meet_holds_nobody_up()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.ExecuteAsync("alter table orders add constraint real_customer check (customer_id <> 'trial')");
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, "Intake:HoldSeconds=1");
        await pipeline.ExecuteAsync("alter table orders rename to other_orders");
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(300));
        await Eventually.EqualAsync(300u, "messages waiting", pipeline.WaitingAsync);

        await pipeline.ExecuteAsync("alter table other_orders rename to orders");
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
    }
}
