using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_backlog_is_large
{
    private const int Orders = 500_000;

    // Two lanes, four batches of 1000 each: the defaults.
    private const int Prefetch = 8_000;

    // Four times what a lane's prefetch and batches come to; a worker that took the backlog in would need ten times as much.
    private const long Limit = 250L * 1024 * 1024;

    [Fact]
    public async Task Memory_does_not_grow_with_it()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, Orders);

        // The database holds still: whatever the worker takes in now it must keep.
        await using (var hold = await TableLock.TakeAsync(pipeline, "orders"))
        {
            await using var worker = WorkerProcess.Run(pipeline);
            await Eventually.EqualAsync((uint)(Orders - Prefetch), "messages that are not handed out", pipeline.WaitingAsync);
            Assert.InRange(worker.WorkingSetBytes, 1, Limit);
        }

        await using var drain = WorkerProcess.Run(pipeline);
        var peak = 0L;
        await Eventually.TrueAsync("all orders are stored", async () =>
        {
            peak = Math.Max(peak, drain.WorkingSetBytes);
            var stored = await pipeline.CountAsync("orders");
            return (stored == Orders, $"{stored} stored, {peak >> 20} MiB at most");
        }, within: TimeSpan.FromMinutes(2));
        Assert.InRange(peak, 1, Limit);
    }
}
