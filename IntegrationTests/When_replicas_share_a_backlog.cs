using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_replicas_share_a_backlog
{
    private const int Orders = 60_000;

    [Fact]
    public async Task Each_order_is_stored_by_exactly_one_of_them()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, Orders);

        // Nothing is stored before both consume: otherwise the first may have drained it all while the second still starts.
        var tableLock = await TableLock.TakeAsync(pipeline, "orders");
        await using var first = WorkerProcess.Run(pipeline, "Intake:MaxBatch=200");
        await using var second = WorkerProcess.Run(pipeline, "Intake:MaxBatch=200");
        await first.ReadyAsync();
        await second.ReadyAsync();
        await tableLock.DisposeAsync();
        await Eventually.EqualAsync((long)Orders, "orders stored", () => pipeline.CountAsync("orders"));

        await Eventually.EqualAsync((long)Orders, "what both say they stored", async () => await StoredBy(first) + await StoredBy(second));
        Assert.InRange(await StoredBy(first), 1, Orders - 1);
        Assert.Equal(0, await pipeline.CountAsync("dead_letters"));
        await Backlog.IsStoredAsync(pipeline);
        Assert.Equal(0, await pipeline.CountAsync("batch_ledger where orders > 0"));
    }

    private static async Task<long> StoredBy(WorkerProcess worker) => (await worker.StatusAsync()).GetProperty("stored").GetInt64();
}
