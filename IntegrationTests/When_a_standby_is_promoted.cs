using System.Diagnostics;
using IntegrationTests.Stack;
using RabbitMQ.Client;
using Xunit.Abstractions;

namespace IntegrationTests;

public sealed class When_a_standby_is_promoted(ITestOutputHelper output)
{
    [Fact]
    public async Task After_the_primary_was_killed_under_load_no_acknowledged_order_is_missing_on_it()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await using var standby = await pipeline.AddStandbyAsync();
        await pipeline.DeclareAsync();
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(20_000));
        await using var worker = await WorkerUnderTest.StartAsync(pipeline, settings: "Intake:MaxBatch=10");
        await Drain.GoesOnAsync(pipeline, before: 0, more: 1000);

        await pipeline.Servers.Postgres.KillAsync();
        await worker.BreakerIsOpenAsync();
        await standby.PromoteAsync();
        var promoted = Stopwatch.StartNew();
        await Eventually.EqualAsync("closed", "the breaker", async () => (await worker.StatusAsync()).GetProperty("breaker").GetProperty("state").GetString());
        output.WriteLine($"first commit seen {promoted.ElapsedMilliseconds} ms after the standby was promoted");

        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
    }

    [Fact]
    public async Task What_was_committed_on_the_primary_alone_was_never_acknowledged()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await using var standby = await pipeline.AddStandbyAsync();
        await pipeline.DeclareAsync();
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(100));
        await DeliverAgainAsync(pipeline);
        await standby.KillAsync();

        // The server stops waiting for the standby when a write is cancelled, keeps what it has committed and calls that a success.
        await using var worker = await WorkerUnderTest.StartAsync(pipeline, settings: "Postgres:CommandSeconds=1");
        await Eventually.TrueAsync("some are on the primary", async () => (await pipeline.CountAsync("orders") > 0, "none"));
        await worker.BreakerIsOpenAsync();

        await pipeline.Servers.Postgres.KillAsync();
        await standby.StartAgainAsync();
        await standby.PromoteAsync();
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
    }

    // What was delivered before takes the idempotent path, whose commit is a statement of its own.
    private static async Task DeliverAgainAsync(Pipeline pipeline)
    {
        var channel = await pipeline.ChannelAsync();
        BasicGetResult? last = null;
        while (await channel.BasicGetAsync(pipeline.Names.Queue, autoAck: false) is { } got)
        {
            last = got;
        }

        await channel.BasicNackAsync(last!.DeliveryTag, multiple: true, requeue: true);
    }
}
