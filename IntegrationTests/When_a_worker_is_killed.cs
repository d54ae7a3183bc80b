using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_a_worker_is_killed
{
    private const int Orders = 60_000;

    [Fact]
    public async Task In_the_middle_of_a_drain_another_one_finishes_and_no_count_changes()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, Orders);

        // Small batches, so that the kill finds many commits behind it and many to come.
        await using (var victim = WorkerProcess.Run(pipeline, "Intake:MaxBatch=10"))
        {
            await Eventually.TrueAsync("the drain has begun", async () =>
            {
                var stored = await pipeline.CountAsync("orders");
                return (stored > 1000, $"{stored} stored");
            });
            await victim.KillAsync();
        }

        var storedAtKill = await pipeline.CountAsync("orders");
        await using var heir = await WorkerUnderTest.StartReadyAsync(pipeline);
        await Drain.IsCompleteAsync(pipeline, Orders);
        Assert.InRange(storedAtKill, 1000, Orders - 1);
    }
}
