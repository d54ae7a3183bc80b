using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_a_workers_thread_pool_is_starved
{
    private const int Orders = 20_000;

    [Fact]
    public async Task Until_the_broker_gives_it_up_it_connects_again_afterwards_and_each_order_is_stored_once()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(Orders));
        await using var worker = WorkerProcess.Run(pipeline, [StartupHook.Variable], "RabbitMq:HeartbeatSeconds=1", "Intake:MaxBatch=10");
        await Drain.GoesOnAsync(pipeline, 0);

        // Or it could be done with them all before it starves.
        await using (await TableLock.TakeAsync(pipeline, "orders"))
        {
            worker.Say(StartupHook.Starve);
            Assert.InRange(await pipeline.ReturnedAsync(), 1, Orders - 1);
        }

        worker.Say("feed");

        await ledger.SettlesAsync();
        await worker.ReadyAsync();
        worker.Terminate();
        Assert.Equal(0, await worker.ExitAsync());
        await ledger.SettlesAsync();
        Assert.NotEqual(0, LogLines.Count(worker, LogLines.Lost));
    }
}
