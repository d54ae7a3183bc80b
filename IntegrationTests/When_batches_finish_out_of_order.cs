using System.Text;
using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_batches_finish_out_of_order
{
    private const int Orders = 20_000;
    private const int Prefetch = 400;

    [Fact]
    public async Task And_the_workers_are_killed_no_unfinished_one_has_been_acknowledged()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToDatabase();
        await pipeline.DeclareAsync();
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(Orders));

        // Of the first batches one is never committed and one never hears that it was, while their neighbours take everything else.
        var uncommitted = network.FreezeAt(Way.ToServer, WireBytes.EndOfCopy, arrives: false);
        var unheard = network.FreezeAt(Way.ToClient, Encoding.UTF8.GetBytes("COPY "), arrives: false);
        string[] settings = [pipeline.DatabaseBehind(network), "Intake:MaxBatch=100", $"Intake:Prefetch={Prefetch}"];
        await using var first = WorkerProcess.Run(pipeline, settings);
        await using var second = WorkerProcess.Run(pipeline, settings);
        await Eventually.TrueAsync("only what the two hold is left", async () =>
        {
            var stored = await pipeline.CountAsync("orders");
            return (stored > Orders - (2 * Prefetch), $"{stored} stored");
        });
        Assert.Equal((1, 1), (uncommitted.Fired, unheard.Fired));

        first.Kill();
        second.Kill();
        await first.ExitAsync();
        await second.ExitAsync();
        network.Cut();

        // Two lanes have acknowledged nothing.
        Assert.InRange(await pipeline.ReturnedAsync(), 2 * Prefetch, Orders);
        await using var heir = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }
}
