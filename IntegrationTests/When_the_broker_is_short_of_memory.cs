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
        await BrokerAlarm.Memory.RaiseAsync(pipeline);

        // The prefetch is 800, so without acknowledgements the rest would never be delivered.
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, "Intake:MaxBatch=100");
        await BrokerAlarm.Memory.LetsDrainAsync(pipeline, worker, Orders);
        await using var doctor = WorkerProcess.Start(["doctor", .. pipeline.Settings()]);
        Assert.Equal(0, await doctor.ExitAsync());
        Assert.Contains("it takes nothing from publishers: low on memory", doctor.Output);

        await BrokerAlarm.Memory.ClearAsync(pipeline);
        await Backlog.PublishAsync(pipeline, 1);
        await Drain.IsCompleteAsync(pipeline, Orders + 1);
    }
}
