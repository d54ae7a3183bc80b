using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_a_worker_is_frozen
{
    private const int Orders = 2000;
    private const int Lanes = 2;

    [Fact]
    public async Task Another_one_takes_over_and_what_it_does_when_it_goes_on_changes_nothing()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var frozen = await WorkerProcess.Run(pipeline, "RabbitMq:HeartbeatSeconds=1", "Intake:MaxBatch=100").ReadyAsync();

        // In the middle of a write of each lane, with all rows still to be sent.
        Ledger ledger;
        await using (await TableLock.TakeAsync(pipeline, "orders"))
        {
            ledger = await Ledger.PublishAsync(pipeline, Some.Orders(Orders));
            await pipeline.BlockedAsync(Lanes);
            frozen.Pause();
        }

        await using (await WorkerUnderTest.StartReadyAsync(pipeline))
        {
            await ledger.SettlesAsync();
        }

        // It still has the batches, and the tags of a channel that the broker has closed.
        frozen.Resume();
        await Eventually.TrueAsync("it finds its batches stored", async () =>
        {
            var duplicates = (await frozen.StatusAsync()).GetProperty("duplicates").GetInt64();
            return (duplicates >= Lanes, $"{duplicates} duplicates");
        });
        await frozen.ReadyAsync();
        await ledger.StoresAsync(Some.Orders(Orders));
        await ledger.SettlesAsync();
        frozen.Terminate();
        Assert.Equal(0, await frozen.ExitAsync());
        await ledger.SettlesAsync();
        Assert.DoesNotContain("unknown delivery tag", frozen.Output);
    }
}
