using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_network_to_the_database_falls_silent
{
    [Fact]
    public async Task Both_ways_for_longer_than_a_command_may_take_everything_is_stored_once_when_it_speaks_again()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToDatabase();
        await using var worker = await WorkerUnderTest.StartReadyAsync(
            pipeline, pipeline.DatabaseBehind(network), "Postgres:CommandSeconds=1", "Postgres:ConnectSeconds=1", "Intake:MaxBatch=100");
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(1000));
        await ledger.SettlesAsync();

        network.Hold(Way.ToServer, Way.ToClient);
        await ledger.StoresAsync(Some.Orders(3000));
        await worker.BreakerIsOpenAsync(seconds: 2);
        Assert.True(await worker.IsLiveAsync());

        // What was held arrives now: half-sent batches of connections that were given up long ago, among what is sent on new ones.
        network.Release();
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
    }

    [Fact]
    public async Task In_the_middle_of_a_drain_nothing_is_lost_or_doubled()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToDatabase();
        await pipeline.DeclareAsync();
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(20_000));
        await using var worker = await WorkerUnderTest.StartAsync(
            pipeline, settings: [pipeline.DatabaseBehind(network), "Postgres:CommandSeconds=1", "Postgres:ConnectSeconds=1", "Intake:MaxBatch=10"]);

        for (var silence = 1; silence <= 3; silence++)
        {
            var stored = await pipeline.CountAsync("orders");
            await Eventually.TrueAsync("the drain goes on", async () =>
            {
                var now = await pipeline.CountAsync("orders");
                return (now > stored, $"{now} stored");
            });
            network.Hold(Way.ToServer, Way.ToClient);
            await Eventually.TrueAsync("a lane has noticed", async () =>
            {
                var status = await worker.StatusAsync();
                return (status.GetProperty("lanes").EnumerateArray().Any(lane => lane.GetProperty("problem").GetString() is not null), status.ToString());
            });
            network.Release();
        }

        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
    }
}
