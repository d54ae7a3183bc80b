using Xunit.Sdk;

namespace IntegrationTests.Stack;

/// <summary>Watches a queue run empty into the table.</summary>
internal static class Drain
{
    /// <summary>So many more orders are stored than were before.</summary>
    /// <returns>How many are stored now.</returns>
    public static async Task<long> GoesOnAsync(Pipeline pipeline, long before, long more = 500)
    {
        var stored = before;
        await Eventually.TrueAsync($"more than {before + more} orders are stored", async () =>
        {
            stored = await pipeline.CountAsync("orders");
            return (stored > before + more, $"{stored}");
        });
        return stored;
    }

    /// <summary>So many orders are rows, none is a dead letter, none waits, and no worker went beyond its bounds.</summary>
    public static async Task HasStoredAsync(Pipeline pipeline, long orders)
    {
        await Eventually.EqualAsync(orders, "orders", () => pipeline.CountAsync("orders"));
        await Eventually.EqualAsync(0u, "messages waiting", pipeline.WaitingAsync);
        Assert.Equal(0, await pipeline.CountAsync("dead_letters"));
        var beyond = pipeline.BeyondBounds();
        Assert.True(beyond.Count == 0, string.Join(Environment.NewLine, beyond));
    }

    /// <summary>The same, and those of the backlog have the content that was published.</summary>
    public static async Task IsCompleteAsync(Pipeline pipeline, long orders)
    {
        await HasStoredAsync(pipeline, orders);
        await Backlog.IsStoredAsync(pipeline);
    }

    /// <summary>The same, and once the worker is gone nothing comes back: every message was acknowledged.</summary>
    public static async Task IsCompleteAsync(Pipeline pipeline, long orders, WorkerProcess worker)
    {
        try
        {
            await IsCompleteAsync(pipeline, orders);
        }
        catch (XunitException failure)
        {
            Assert.Fail($"{failure.Message}{Environment.NewLine}The worker said:{Environment.NewLine}{worker.Output}");
        }

        worker.Terminate();
        Assert.Equal(0, await worker.ExitAsync());
        await HasStoredAsync(pipeline, orders);
    }
}
