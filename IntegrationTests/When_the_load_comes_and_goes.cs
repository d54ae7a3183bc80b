using DevServers;
using IntegrationTests.Stack;
using Worker.Intake;

namespace IntegrationTests;

public sealed class When_the_load_comes_and_goes
{
    private const int Orders = 20_000;
    private const int Trickle = 10;
    private const int Times = 3;

    [Fact]
    public async Task The_second_lane_rests_until_it_is_needed()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        var ledger = Ledger.Of(pipeline);
        await using var worker = await WorkerUnderTest.StartAsync(
            pipeline, new IntakeSwitches(Migrate: false) { Calm = TimeSpan.FromMilliseconds(500) }, "Intake:MaxBatch=200");
        await worker.BecomesReadyAsync();

        for (var time = 1; time <= Times; time++)
        {
            await worker.LanesBecomeAsync("consuming, resting");
            await Eventually.EqualAsync(1u, "consumers", pipeline.ConsumersAsync);
            await ledger.StoresAsync(Some.Orders(Trickle));
            await ledger.SettlesAsync();
            Assert.Equal("consuming, resting", await worker.LanesAsync());
            Assert.True((await worker.ReadyAsync()).IsReady);

            // Held, so that the first lane's next batch is large.
            await using (await TableLock.TakeAsync(pipeline, "orders"))
            {
                await ledger.StoresAsync(Some.Orders(Orders / Times));
                await worker.LanesBecomeAsync("consuming, consuming");
                await Eventually.EqualAsync(2u, "consumers", pipeline.ConsumersAsync);
            }

            await ledger.SettlesAsync();
        }
    }

    [Fact]
    public async Task A_lane_that_rests_and_wakes_all_the_time_loses_and_doubles_nothing()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartAsync(
            pipeline, new IntakeSwitches(Migrate: false) { Calm = TimeSpan.FromTicks(1) }, "Intake:MaxBatch=40", "Intake:Prefetch=100", "Intake:Lanes=3",
            "Logging:LogLevel:Worker=Debug");
        await worker.BecomesReadyAsync();

        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(Orders));

        await ledger.SettlesAsync();
        Assert.Equal(0, worker.LinesOf(LogLines.LaneLost));
        Assert.True(worker.LinesOf(LogLines.LaneConsumesAgain) > 10, $"woken {worker.LinesOf(LogLines.LaneConsumesAgain)} times");
        Assert.Equal(0, (await worker.StatusAsync()).GetProperty("duplicates").GetInt64());
    }

    [Fact]
    public async Task A_lane_that_gets_no_answer_when_it_goes_to_rest_is_built_anew()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        var asked = network.SwallowAnswerAfter(Way.ToServer, WireBytes.Method("basic.cancel"));
        await using var worker = await WorkerUnderTest.StartAsync(
            pipeline, new IntakeSwitches(Migrate: false) { Calm = TimeSpan.FromMilliseconds(500) },
            pipeline.BrokerBehind(network), "RabbitMq:HeartbeatSeconds=600");

        await Eventually.EqualAsync(1, "lost lanes", () => worker.LinesOf(LogLines.LaneLost));
        await worker.LanesBecomeAsync("consuming, resting");
        Assert.Equal(1, asked.Fired);
        Assert.Equal(1, worker.LinesOf(LogLines.LaneLost));
    }
}
