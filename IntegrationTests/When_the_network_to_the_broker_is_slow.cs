using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_network_to_the_broker_is_slow
{
    // Two lanes and the monitor; the dead queue connects when the others are at work already.
    private const int MostConnections = 4;

    [Theory]
    [InlineData(200, int.MaxValue, 2000)]
    [InlineData(10, 500, 500)]
    [InlineData(1, 7, 40)]
    public async Task It_takes_longer_and_nothing_else_happens(int delayMilliseconds, int mostBytes, int orders)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, orders);
        network.Delay = TimeSpan.FromMilliseconds(delayMilliseconds);
        network.MostBytes = mostBytes;

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, pipeline.BrokerBehind(network), "RabbitMq:ConnectSeconds=20");
        await Drain.IsCompleteAsync(pipeline, orders);

        Assert.InRange(network.Accepted, MostConnections - 1, MostConnections);
        Assert.Equal(0, (await worker.StatusAsync()).GetProperty("duplicates").GetInt64());
    }
}
