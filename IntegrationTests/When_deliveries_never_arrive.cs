using DevServers;
using IntegrationTests.Stack;
using Worker.Intake;

namespace IntegrationTests;

public sealed class When_deliveries_never_arrive
{
    private const int Orders = 100;

    // basic.ack on channel 1: the first says that the lane is up, and from then on it hears nothing.
    private static readonly byte[] Ack = [1, 0, 1, 0, 0, 0, 13, 0, 60, 0, 80];

    [Fact]
    public async Task The_lane_is_built_anew_although_its_connection_is_open()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        var silenced = network.SwallowAnswerAfter(Way.ToServer, Ack);

        // Neither the heartbeats nor the broker notice anything in time.
        await using var worker = await WorkerUnderTest.StartAsync(
            pipeline,
            new IntakeSwitches(Migrate: false) { LongestSilence = TimeSpan.FromSeconds(3) },
            pipeline.BrokerBehind(network), "RabbitMq:HeartbeatSeconds=600", "Intake:Lanes=1", "Intake:MaxBatch=10", "Intake:Prefetch=20");
        await worker.BecomesReadyAsync();
        await Backlog.PublishAsync(pipeline, 1);
        await Eventually.EqualAsync(1, "silenced connections", () => Task.FromResult(silenced.Fired));

        await Backlog.PublishAsync(pipeline, Orders);
        await Drain.IsCompleteAsync(pipeline, 1 + Orders);

        var lane = (await worker.StatusAsync()).GetProperty("lanes")[0];
        Assert.Equal(1, lane.GetProperty("rebuilds").GetInt32());
    }
}
