using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_an_acknowledgement_takes_too_long
{
    private const string TimedOut = "has timed out waiting for delivery acknowledgement";

    [Fact]
    public async Task The_broker_closes_the_channel_and_what_is_stored_meanwhile_is_recognised_on_the_next_one()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await WaitAtMostAsync(pipeline, seconds: 3);
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, "Intake:MaxBatch=100", "Postgres:CommandSeconds=120");
        var tableLock = await TableLock.TakeAsync(pipeline, "orders");
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(1000));
        await Eventually.TrueAsync("the broker has closed both lanes' channels", async () =>
        {
            var log = await LogAsync(pipeline);
            return (log.Split(TimedOut).Length > 2, log[^Math.Min(log.Length, 500)..]);
        });

        // The writes that waited are done now, and their deliveries are nobody's any more.
        await tableLock.DisposeAsync();
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
        Assert.True((await worker.StatusAsync()).GetProperty("duplicates").GetInt64() > 0);
        Assert.DoesNotContain("unknown delivery tag", await LogAsync(pipeline));
    }

    [Fact]
    public async Task What_is_handed_back_before_costs_no_channel()
    {
        const int Patience = 12;
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await WaitAtMostAsync(pipeline, Patience);
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, "Intake:MaxBatch=100", "Intake:HoldSeconds=1");
        await pipeline.ExecuteAsync("alter table orders rename to orders_gone");
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(1000));
        await worker.BreakerIsOpenAsync(seconds: 2 * Patience);

        await pipeline.ExecuteAsync("alter table orders_gone rename to orders");
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
        Assert.DoesNotContain(TimedOut, await LogAsync(pipeline));
    }

    // It looks once a minute by itself, and lets half an hour pass.
    private static Task WaitAtMostAsync(Pipeline pipeline, int seconds) => pipeline.EvaluateAsync(
        $"application:set_env(rabbit, consumer_timeout, {seconds * 1000}), application:set_env(rabbit, channel_tick_interval, 500).");

    private static Task<string> LogAsync(Pipeline pipeline) => File.ReadAllTextAsync(pipeline.Servers.Rabbit.Log);
}
