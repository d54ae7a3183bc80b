using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_database_is_not_as_it_should_be
{
    [Theory]
    [InlineData("alter table orders rename column total to sum", "alter table orders rename column sum to total", "total")]
    [InlineData("alter table orders rename to other_orders", "alter table other_orders rename to orders", "orders")]
    public async Task Messages_are_held_and_nobody_is_blamed(string spoil, string mend, string named)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await pipeline.ExecuteAsync(spoil);
        await pipeline.PublishAsync(Some.Bodies(300));

        await Eventually.TrueAsync("readiness says why", async () =>
        {
            var (isReady, body) = await worker.ReadyAsync();
            return (!isReady && body.ToString().Contains("breaker has been open") && body.ToString().Contains(named), body.ToString());
        });
        Assert.Equal("open", (await worker.StatusAsync()).GetProperty("breaker").GetProperty("state").GetString()!.Replace("half", ""));
        Assert.True(await worker.IsLiveAsync());

        await pipeline.ExecuteAsync(mend);
        await Eventually.EqualAsync(300L, "orders", () => pipeline.CountAsync("orders"));
        await worker.BecomesReadyAsync();
        Assert.Equal(0, await pipeline.CountAsync("dead_letters"));
    }

    [Fact]
    public async Task What_was_held_for_too_long_goes_back_to_the_queue_until_the_database_works()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, "Intake:HoldSeconds=1");
        await pipeline.ExecuteAsync("alter table orders rename to other_orders");
        await pipeline.PublishAsync(Some.Bodies(300));

        await Eventually.EqualAsync(300u, "messages waiting", pipeline.WaitingAsync);
        Assert.Equal("holding", (await worker.StatusAsync()).GetProperty("lanes")[0].GetProperty("state").GetString());

        await pipeline.ExecuteAsync("alter table other_orders rename to orders");
        await Eventually.EqualAsync(300L, "orders", () => pipeline.CountAsync("orders"));
        await worker.BecomesReadyAsync();
        Assert.Equal(0, await pipeline.CountAsync("dead_letters"));
    }
}
