using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_acknowledgements_are_lost
{
    private const int Orders = 300;

    [Fact]
    public async Task What_was_stored_is_delivered_again_and_recognised()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, pipeline.BrokerBehind(network), "Intake:MaxBatch=100");
        network.Hold(Way.ToServer);
        await Backlog.PublishAsync(pipeline, Orders);
        await Eventually.EqualAsync((long)Orders, "orders", () => pipeline.CountAsync("orders"));

        // First the cut, so that what was held has nowhere to go.
        network.Cut();
        network.Release();

        await Eventually.EqualAsync((long)Orders, "duplicates", async () => (await worker.StatusAsync()).GetProperty("duplicates").GetInt64());
        await Drain.IsCompleteAsync(pipeline, Orders);
    }
}
