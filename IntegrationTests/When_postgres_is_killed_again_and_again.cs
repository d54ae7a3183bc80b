using System.Diagnostics;
using IntegrationTests.Stack;
using Xunit.Abstractions;

namespace IntegrationTests;

public sealed class When_postgres_is_killed_again_and_again(ITestOutputHelper output)
{
    private const int Kills = 3;

    // Five seconds are what it should take. A machine that does other things as well gets more.
    private static readonly TimeSpan FirstCommitWithin = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task In_the_middle_of_a_drain_orders_are_stored_soon_after_it_is_back_and_each_once()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await pipeline.DeclareAsync();
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(30_000));
        await using var worker = await WorkerUnderTest.StartAsync(pipeline, settings: "Intake:MaxBatch=10");

        var stored = 0L;
        for (var kill = 1; kill <= Kills; kill++)
        {
            stored = await MoreStoredAsync(pipeline, stored + 500, within: null);
            await pipeline.Servers.Postgres.KillAsync();
            await worker.BreakerIsOpenAsync();
            Assert.True(await worker.IsLiveAsync());

            await pipeline.Servers.Postgres.StartAgainAsync();
            var back = Stopwatch.StartNew();
            stored = await StoredAsync(pipeline);
            stored = await MoreStoredAsync(pipeline, stored, FirstCommitWithin);
            output.WriteLine($"kill {kill}: first commit seen {back.ElapsedMilliseconds} ms after clients could connect again");
        }

        Assert.True(stored < ledger.Confirmed, "the last kill came after the drain");
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
    }

    private static async Task<long> MoreStoredAsync(Pipeline pipeline, long than, TimeSpan? within)
    {
        var stored = 0L;
        await Eventually.TrueAsync($"more than {than} orders are stored", async () => ((stored = await StoredAsync(pipeline)) > than, $"{stored}"), within);
        return stored;
    }

    private static async Task<long> StoredAsync(Pipeline pipeline)
    {
        try
        {
            return await pipeline.CountAsync("orders");
        }
        catch (Npgsql.NpgsqlException)
        {
            // A pooled connection from before the kill; the next one is made afresh.
            return await pipeline.CountAsync("orders");
        }
    }
}
