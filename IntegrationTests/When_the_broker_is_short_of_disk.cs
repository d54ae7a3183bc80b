using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_broker_is_short_of_disk
{
    private const int Orders = 5_000;
    private const int More = 500;

    [Fact]
    public async Task The_worker_drains_the_queue_and_a_producer_waits_and_says_so()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, Orders);
        await BrokerAlarm.Disk.RaiseAsync(pipeline);
        var producing = ProducerProcess.RunAsync(pipeline, "generate", "--count", $"{More}", "--json");
        await BrokerAlarm.BlocksAPublisherAsync(pipeline);

        // The prefetch is 800, so without acknowledgements the rest would never be delivered.
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, "Intake:MaxBatch=100");
        await BrokerAlarm.Disk.LetsDrainAsync(pipeline, worker, Orders);
        Assert.False(producing.IsCompleted);

        await BrokerAlarm.Disk.ClearAsync(pipeline);
        var produced = await producing;
        Assert.Equal(0, produced.ExitCode);
        Assert.Equal(More, produced.Count("confirmed"));
        Assert.Contains("The broker blocks publishers (low on disk)", produced.Errors);
        Assert.Contains("The broker lets publishers go on", produced.Errors);
        await Drain.IsCompleteAsync(pipeline, Orders + More);
    }
}
