using DevServers;

namespace IntegrationTests.Stack;

/// <summary>A want of the broker's, for which it takes nothing from publishers until it is over.</summary>
/// <param name="resource">What it is short of.</param>
/// <param name="raise">The expression that brings it about.</param>
/// <param name="clear">The one that ends it.</param>
internal sealed class BrokerAlarm(string resource, string raise, string clear)
{
    public static readonly BrokerAlarm Memory = new(
        "memory", "vm_memory_monitor:set_vm_memory_high_watermark(0.0000001).", "vm_memory_monitor:set_vm_memory_high_watermark(0.4).");

    public static readonly BrokerAlarm Disk = new(
        "disk", "rabbit_disk_monitor:set_disk_free_limit(1000000000000000).", "rabbit_disk_monitor:set_disk_free_limit(50000000).");

    public Task RaiseAsync(Pipeline pipeline) => pipeline.EvaluateAsync(raise);

    public Task ClearAsync(Pipeline pipeline) => pipeline.EvaluateAsync(clear);

    /// <summary>A test that ran without it has shown nothing.</summary>
    public Task AssertIsOnAsync(Pipeline pipeline) => pipeline.EvaluateAsync($"[{{{{resource_limit, {resource}, _}}, []}} | _] = rabbit_alarm:get_alarms().");

    /// <summary>Somebody who publishes has been told to wait.</summary>
    public static Task BlocksAPublisherAsync(Pipeline pipeline) => Eventually.TrueAsync("a publisher is blocked", async () =>
    {
        try
        {
            await pipeline.EvaluateAsync("[_ | _] = [C || C <- rabbit_networking:connections(), rabbit_reader:info(C, [state]) =:= [{state, blocked}]].");
            return (true, "one");
        }
        catch (DevServersException none)
        {
            return (false, none.Message);
        }
    });

    /// <summary>Everything is stored and acknowledged under it. The worker counts what waits: the test's own connection would be told to wait too.</summary>
    public async Task LetsDrainAsync(Pipeline pipeline, WorkerUnderTest worker, long orders)
    {
        await Eventually.EqualAsync(orders, "orders", () => pipeline.CountAsync("orders"));
        await Eventually.TrueAsync("nothing waits and nothing is held", async () =>
        {
            var status = await worker.StatusAsync();
            var seen = (status.GetProperty("queueDepth").GetRawText(), status.GetProperty("inFlight").GetInt64());
            return (seen == ("0", 0), $"{seen}");
        });
        await AssertIsOnAsync(pipeline);
    }
}
