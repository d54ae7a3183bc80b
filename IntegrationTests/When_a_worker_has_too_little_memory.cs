using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_a_worker_has_too_little_memory
{
    private const int Orders = 30_000;

    // 20 MiB, in hexadecimal as .NET wants it. What it is allowed to hold comes to more.
    private const string HeapLimit = "0x1400000";
    private const long Limit = 250L * 1024 * 1024;

    // One that loses its channels before it ends leaves messages that were delivered in vain twice. Those are stored one by one, some hundred a second.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task It_ends_and_the_next_one_stores_all_that_it_held_and_nobody_is_blamed()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, Orders);

        // The database holds still: whatever the worker takes in it must keep.
        await using (await TableLock.TakeAsync(pipeline, "orders"))
        {
            await using var victim = WorkerProcess.Run(
                pipeline, [("DOTNET_GCHeapHardLimit", HeapLimit)], "Intake:MaxBatch=10000", "Intake:MaxBatchBytes=67108864", "Intake:Prefetch=15000");
            var peak = 0L;
            await Eventually.TrueAsync("it has ended", () =>
            {
                peak = Math.Max(peak, victim.WorkingSetBytes);
                return (victim.HasExited, victim.Output);
            });
            Assert.NotEqual(0, await victim.ExitAsync());
            Assert.InRange(peak, 1, Limit);
            Assert.Equal(Orders, await pipeline.ReturnedAsync());
        }

        await using var heir = WorkerProcess.Run(pipeline);
        await Eventually.EqualAsync((long)Orders, "orders", () => pipeline.CountAsync("orders"), Patience);
        await Drain.IsCompleteAsync(pipeline, Orders, heir);
        Assert.DoesNotContain("one at a time", heir.Output, StringComparison.Ordinal);
        Assert.Equal(0u, await pipeline.DeadAsync());
    }
}
