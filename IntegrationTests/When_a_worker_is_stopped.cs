using System.Net;
using System.Text.RegularExpressions;
using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed partial class When_a_worker_is_stopped
{
    private const int Orders = 60_000;

    private static readonly int ManyOrders = Repeats.Of(30_000);
    private static readonly int Stops = Repeats.Of(20);

    [Fact]
    public async Task Under_load_it_finishes_its_batches_reports_and_leaves_the_rest_in_the_queue()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, Orders);
        await using var worker = WorkerProcess.Run(pipeline, "Intake:MaxBatch=10");
        await Eventually.TrueAsync("the drain has begun", async () =>
        {
            var stored = await pipeline.CountAsync("orders");
            return (stored > 1000, $"{stored} stored");
        });

        worker.Terminate();
        Assert.Equal(0, await worker.ExitAsync(within: TimeSpan.FromSeconds(10)));

        var stored = await pipeline.CountAsync("orders");
        var report = DrainReport().Match(worker.Output);
        Assert.True(report.Success, worker.Output);
        Assert.Equal(stored, long.Parse(report.Groups["stored"].Value));
        Assert.Equal("0", report.Groups["duplicates"].Value);

        // What it acknowledged is stored, what it stored is acknowledged: the queue holds exactly the rest.
        await Eventually.EqualAsync(Orders - stored, "messages left in the queue", async () => (long)await pipeline.WaitingAsync());
        Assert.InRange(stored, 1000, Orders - 1);
    }

    [Fact]
    public async Task Again_and_again_under_load_it_ends_in_time_each_time_and_leaves_exactly_the_rest_in_the_queue()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(ManyOrders));
        var stored = 0L;
        for (var stop = 1; stop <= Stops; stop++)
        {
            // Small batches, so that there is some left for the last one.
            await using var worker = WorkerProcess.Run(pipeline, "Intake:MaxBatch=2");
            await Drain.GoesOnAsync(pipeline, stored, more: 100);
            worker.Terminate();
            Assert.Equal(0, await worker.ExitAsync(within: TimeSpan.FromSeconds(10)));
            stored = await pipeline.CountAsync("orders");

            // What came back twice is moved to the dead queue, where the next worker finds it.
            await Eventually.EqualAsync(ManyOrders - stored, "messages", async () => await pipeline.ReturnedAsync() + await pipeline.DeadAsync());
        }

        Assert.InRange(stored, 1, ManyOrders - 1);
        await using var heir = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    [Fact]
    public async Task While_the_database_does_not_answer_it_gives_the_messages_back_and_ends_in_time()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await pipeline.DeclareAsync();
        await using var worker = await WorkerProcess.Run(pipeline).ReadyAsync();
        await pipeline.Servers.Postgres.KillAsync();
        await pipeline.PublishAsync(Some.Bodies(50));
        await Eventually.TrueAsync("the worker holds the orders", async () =>
        {
            var inFlight = (await worker.StatusAsync()).GetProperty("inFlight").GetInt64();
            return (inFlight == 50, $"{inFlight} in flight");
        });

        worker.Terminate();
        Assert.Equal(0, await worker.ExitAsync(within: TimeSpan.FromSeconds(30)));
        await Eventually.EqualAsync(50u, "messages in the queue", pipeline.WaitingAsync);
    }

    [Fact]
    public async Task While_the_broker_does_not_answer_it_ends_in_time_all_the_same()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await using var worker = await WorkerProcess.Run(pipeline, "Intake:ShutdownSeconds=8").ReadyAsync();
        pipeline.Servers.Rabbit.Pause();
        try
        {
            worker.Terminate();
            Assert.Equal(0, await worker.ExitAsync(within: TimeSpan.FromSeconds(12)));
        }
        finally
        {
            pipeline.Servers.Rabbit.Resume();
        }

        Assert.Contains("Drained: 0 received", worker.Output);
    }

    [Theory]
    [InlineData("channel.open", 3)]
    [InlineData("queue.declare", 3)]
    [InlineData("basic.qos", 2)]
    [InlineData("basic.consume", 2)]
    public async Task While_the_broker_owes_the_answers_to_what_a_connection_begins_with_it_ends_in_time_all_the_same(string method, int connections)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        var asked = network.SwallowAnswerAfter(Way.ToServer, WireBytes.Method(method), times: connections);
        await using var worker = WorkerProcess.Run(pipeline, pipeline.BrokerBehind(network), "Intake:ShutdownSeconds=8");
        await Eventually.EqualAsync(connections, $"{method} unanswered", () => asked.Fired);

        worker.Terminate();
        Assert.Equal(0, await worker.ExitAsync(within: TimeSpan.FromSeconds(12)));
    }

    [Fact]
    public async Task While_the_broker_does_not_say_how_many_messages_wait_it_ends_in_time_all_the_same()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        await using var worker = await WorkerProcess.Run(pipeline, pipeline.BrokerBehind(network), "Intake:ShutdownSeconds=8").ReadyAsync();
        var asked = network.SwallowAnswerAfter(Way.ToServer, WireBytes.Method("queue.declare"));
        await Eventually.EqualAsync(1, "questions", () => asked.Fired);

        worker.Terminate();
        Assert.Equal(0, await worker.ExitAsync(within: TimeSpan.FromSeconds(12)));
    }

    [Fact]
    public async Task While_a_commit_hangs_it_ends_in_time_all_the_same()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerProcess.Run(pipeline, "Intake:ShutdownSeconds=3").ReadyAsync();
        var order = Some.Order();

        // Not the table but one key is held, so the COPY has begun and waits for its end.
        await using (await KeyLock.TakeAsync(pipeline, order.OrderId))
        {
            await pipeline.PublishAsync(Some.Json(order));
            await Eventually.EqualAsync(1L, "in flight", async () => (await worker.StatusAsync()).GetProperty("inFlight").GetInt64());
            worker.Terminate();
            Assert.Equal(0, await worker.ExitAsync(within: TimeSpan.FromSeconds(10)));
        }

        Assert.Contains("1 handed back", worker.Output);
        await Eventually.EqualAsync(1u, "messages in the queue", pipeline.WaitingAsync);
    }

    [Fact]
    public async Task It_answers_probes_while_it_drains_and_on_a_second_signal_it_ends_at_once()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerProcess.Run(pipeline).ReadyAsync();
        await using var blocker = await TableLock.TakeAsync(pipeline, "orders");
        await pipeline.PublishAsync(Some.Body());
        await Eventually.EqualAsync(1L, "in flight", async () => (await worker.StatusAsync()).GetProperty("inFlight").GetInt64());

        worker.Terminate();
        await Eventually.TrueAsync("it drains", async () =>
        {
            var (status, body) = await worker.ProbeAsync("/health/ready");
            return (status == HttpStatusCode.ServiceUnavailable && body.Contains("draining"), body);
        });
        Assert.Equal(HttpStatusCode.OK, (await worker.ProbeAsync("/health/live")).Status);
        worker.Terminate();

        Assert.Equal(143, await worker.ExitAsync(within: TimeSpan.FromSeconds(5)));
    }

    [GeneratedRegex("Drained: (?<received>\\d+) received, (?<stored>\\d+) stored, (?<duplicates>\\d+) duplicates")]
    private static partial Regex DrainReport();
}
