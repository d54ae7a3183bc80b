using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_broker_is_short_of_memory
{
    private const int Orders = 20_000;

    [Fact]
    public async Task The_worker_goes_on_acknowledging_and_so_drains_the_queue()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, Orders);
        await SetMemoryLimitAsync(pipeline, "0.0000001");

        // The prefetch is 800, so without acknowledgements the rest would never be delivered. Waiting messages are counted by the worker:
        // a connection that has published is blocked.
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, "Intake:MaxBatch=100");
        await Eventually.EqualAsync((long)Orders, "orders", () => pipeline.CountAsync("orders"));
        await Eventually.TrueAsync("nothing waits and nothing is held", async () =>
        {
            var status = await worker.StatusAsync();
            var seen = (status.GetProperty("queueDepth").GetRawText(), status.GetProperty("inFlight").GetInt64());
            return (seen == ("0", 0), $"{seen}");
        });
        await AssertIsBlockedAsync(pipeline);

        await SetMemoryLimitAsync(pipeline, "0.4");
        await pipeline.PublishAsync(Some.Body());
        await Drain.IsCompleteAsync(pipeline, Orders + 1);
    }

    // The alarm was on all the time, or the test has shown nothing.
    private static Task AssertIsBlockedAsync(Pipeline pipeline) =>
        EvaluateAsync(pipeline, "[{{resource_limit, memory, _}, []} | _] = rabbit_alarm:get_alarms().");

    private static Task SetMemoryLimitAsync(Pipeline pipeline, string fraction) =>
        EvaluateAsync(pipeline, $"vm_memory_monitor:set_vm_memory_high_watermark({fraction}).");

    private static Task EvaluateAsync(Pipeline pipeline, string expression) =>
        ((RabbitProcess)pipeline.Servers.Rabbit).EvaluateAsync(expression, CancellationToken.None);
}
