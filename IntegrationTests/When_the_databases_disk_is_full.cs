using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_databases_disk_is_full
{
    [SmallDiskFact]
    public async Task Messages_are_held_until_there_is_room_and_nobody_is_blamed()
    {
        using var disk = new SmallDisk(megabytes: 16);
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await pipeline.ExecuteAsync($"create tablespace small location '{disk.Path}'");
        await pipeline.ExecuteAsync("alter table orders set tablespace small; alter index orders_pkey set tablespace small");
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(10));
        await ledger.SettlesAsync();

        using (disk.Fill())
        {
            await ledger.StoresAsync(Some.Orders(5000));
            await Eventually.TrueAsync("readiness says why", async () =>
            {
                var (isReady, body) = await worker.ReadyAsync();
                return (!isReady && body.ToString().Contains("53100") && body.ToString().Contains("disk is full"), body.ToString());
            });
            Assert.True(await worker.IsLiveAsync());
            Assert.True(await pipeline.CountAsync("orders") < ledger.Confirmed);
        }

        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
    }
}
