using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_queue_is_deleted
{
    private const int Orders = 20_000;

    [Fact]
    public async Task Under_load_the_worker_is_unready_until_it_has_declared_the_queue_again_and_consumes()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, Orders);
        await using var network = pipeline.ProxyToBroker();
        await using var worker = await WorkerUnderTest.StartAsync(
            pipeline, settings: [pipeline.BrokerBehind(network), "RabbitMq:ConnectSeconds=20", "Intake:MaxBatch=10"]);
        await Drain.GoesOnAsync(pipeline, 0);

        // It takes them some seconds to come back, so that what is said meanwhile can be heard.
        network.Delay = TimeSpan.FromMilliseconds(300);
        await pipeline.DeleteQueueAsync();
        await Eventually.TrueAsync("readiness says why", async () =>
        {
            var (isReady, body) = await worker.ReadyAsync();
            return (!isReady && body.ToString().Contains("the queue was deleted"), body.ToString());
        });
        Assert.True(await worker.IsLiveAsync());
        network.Delay = TimeSpan.Zero;
        await worker.BecomesReadyAsync();
        await Eventually.TrueAsync("both lanes consume", async () =>
        {
            var (_, body) = await worker.ReadyAsync();
            return (body.ToString().Contains("2 of 2 lanes consume"), body.ToString());
        });

        // What the queue held went with it. What had been taken in was stored before the lanes came back.
        var stored = await pipeline.CountAsync("orders");
        Assert.InRange(stored, 500, Orders - 1);
        await pipeline.PublishAsync(Some.Bodies(100));
        await Drain.HasStoredAsync(pipeline, stored + 100);
    }
}
