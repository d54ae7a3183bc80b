using System.Net;
using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_broker_does_not_answer
{
    private const int Orders = 30_000;

    // Two lanes, the dead queue's, and the one that asks for the depth of the queue.
    private const int Connections = 4;

    [Fact]
    public async Task It_is_noticed_by_its_heartbeats_and_when_it_answers_again_the_drain_goes_on()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await using var network = pipeline.ProxyToBroker();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, Orders);

        // Nothing is stored before the probes answer: otherwise the drain may be under way, or over, before there is anyone to ask.
        var tableLock = await TableLock.TakeAsync(pipeline, "orders");
        await using var worker = WorkerProcess.Run(
            pipeline, pipeline.BrokerBehind(network), "Intake:MaxBatch=50", "RabbitMq:HeartbeatSeconds=2", "RabbitMq:ConnectSeconds=1");
        await worker.ReadyAsync();

        // Slowly, so that there is something left when the broker falls silent.
        (network.Delay, network.MostBytes) = (TimeSpan.FromMilliseconds(10), 4000);
        await tableLock.DisposeAsync();
        var stored = await Drain.GoesOnAsync(pipeline, 0);

        pipeline.Servers.Rabbit.Pause();
        try
        {
            network.Delay = TimeSpan.Zero;
            await Eventually.TrueAsync("the worker is not ready", async () =>
            {
                var (status, body) = await worker.ProbeAsync("/health/ready");
                return (status == HttpStatusCode.ServiceUnavailable, body);
            });
            Assert.Equal(HttpStatusCode.OK, (await worker.ProbeAsync("/health/live")).Status);

            await Eventually.TrueAsync("it has tried three times", () =>
                (network.Accepted >= 4 * Connections, $"{network.Accepted} connections"));
        }
        finally
        {
            pipeline.Servers.Rabbit.Resume();
        }

        await Drain.IsCompleteAsync(pipeline, Orders, worker);
        Assert.InRange(stored, 1, Orders - 1);

        // For each lane one about the silence, one about the attempts, and perhaps one about an attempt that the return interrupted.
        Assert.InRange(LogLines.Count(worker, LogLines.Lost), 2, 6);
        Assert.Contains("Heartbeat missing", worker.Output);
        Assert.DoesNotContain("unknown delivery tag", worker.Output);
    }
}
