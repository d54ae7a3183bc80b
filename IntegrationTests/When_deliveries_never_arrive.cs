using DevServers;
using IntegrationTests.Stack;
using Worker.Intake;

namespace IntegrationTests;

public sealed class When_deliveries_never_arrive
{
    private const int Orders = 100;

    // By a lane that has taken in nothing.
    private const int Held = 160;

    [Fact]
    public async Task The_lane_is_built_anew_although_its_connection_is_open()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();

        // The first acknowledgement says that the lane is up, and from then on it hears nothing.
        var silenced = network.SwallowAnswerAfter(Way.ToServer, WireBytes.Acknowledgement);

        // Neither the heartbeats nor the broker notice anything in time.
        await using var worker = await WorkerUnderTest.StartAsync(
            pipeline,
            new IntakeSwitches(Migrate: false) { LongestSilence = TimeSpan.FromSeconds(3) },
            pipeline.BrokerBehind(network), "RabbitMq:HeartbeatSeconds=600", "Intake:Lanes=1", "Intake:MaxBatch=10", "Intake:Prefetch=20");
        await worker.BecomesReadyAsync();
        await Backlog.PublishAsync(pipeline, 1);
        await Eventually.EqualAsync(1, "silenced connections", () => silenced.Fired);

        await Backlog.PublishAsync(pipeline, Orders);
        await Drain.IsCompleteAsync(pipeline, 1 + Orders);

        Assert.Equal(1, await RebuildsAsync(worker));
    }

    [Fact]
    public async Task A_lane_that_rested_takes_what_the_silent_one_does_not_hold()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        await using var worker = await WorkerUnderTest.StartAsync(
            pipeline,
            new IntakeSwitches(Migrate: false) { LongestSilence = TimeSpan.FromSeconds(12), Calm = TimeSpan.FromMilliseconds(100) },
            pipeline.BrokerBehind(network), "RabbitMq:HeartbeatSeconds=600", "Intake:Lanes=2", $"Intake:MaxBatch={Held / 2}", $"Intake:Prefetch={Held}");

        // One consumer alone does not say which: the second lane may have come first.
        await worker.LanesBecomeAsync("consuming, resting");
        var silenced = network.SwallowAnswerAfter(Way.ToServer, WireBytes.Acknowledgement);
        await Backlog.PublishAsync(pipeline, 1);
        await Eventually.EqualAsync(1, "silenced connections", () => silenced.Fired);

        await Backlog.PublishAsync(pipeline, Orders + Held);

        await Eventually.EqualAsync(1L + Orders, "orders", () => pipeline.CountAsync("orders"));
        Assert.Equal(0, await RebuildsAsync(worker));

        // As a heartbeat would. None waits any more, so nothing else tells that the lane is deaf.
        network.Cut();
        await Drain.IsCompleteAsync(pipeline, 1 + Orders + Held);
    }

    private static async Task<int> RebuildsAsync(WorkerUnderTest worker) =>
        (await worker.StatusAsync()).GetProperty("lanes")[0].GetProperty("rebuilds").GetInt32();
}
