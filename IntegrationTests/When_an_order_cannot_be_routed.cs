using System.Text;
using DevServers;
using IntegrationTests.Stack;
using RabbitMQ.Client;

namespace IntegrationTests;

public sealed class When_an_order_cannot_be_routed
{
    private const int Orders = 2000;
    private const int Few = 400;

    [Fact]
    public async Task A_binding_that_is_lost_is_made_anew_and_every_order_is_confirmed()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(Orders).ToList();
        ledger.Sends(orders);
        await using var producer = RunningProducer.Start(pipeline, "publish", "-", "--json");
        await producer.WriteAsync(OrderLines.Of(orders.Take(1)));
        await Eventually.EqualAsync(1u, "messages waiting", pipeline.WaitingAsync);

        await UnbindAsync(pipeline);
        await producer.WriteAsync(OrderLines.Of(orders.Skip(1)));
        var published = await producer.EndAsync();

        Assert.True(published.ExitCode == 0, published.Errors);
        Assert.Equal(Orders, published.Count("confirmed"));
        Assert.InRange(published.Count("republished"), 1, Orders - 1);
        Assert.Contains($"no queue takes what exchange '{pipeline.Names.Exchange}' gets", published.Errors);
        ledger.Confirms(orders.Select(order => order.OrderId));
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    [Fact]
    public async Task While_no_binding_lasts_orders_are_refused_with_the_reason_and_later_the_same_file_goes_through()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        using var folder = new TemporaryFolder();
        var (file, rejects) = (folder.File("orders.ndjson"), folder.File("rejects.ndjson"));
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(Few).ToList();
        ledger.Sends(orders);
        await File.WriteAllTextAsync(file, OrderLines.Of(orders));

        var refused = await PublishUnboundAsync(pipeline, "publish", file, "--rejects", rejects, "--json");
        Assert.True(refused.ExitCode == 1, refused.Errors);
        var refusedIds = OrderLines.Ids(rejects);
        Assert.NotEmpty(refusedIds);
        Assert.Equal((refusedIds.Count, Few - refusedIds.Count), (refused.Count("unconfirmed"), refused.Count("confirmed")));
        Assert.Equal(refused.Count("confirmed"), await pipeline.WaitingAsync());
        Assert.All(await File.ReadAllLinesAsync(rejects + ".reasons"), reason => Assert.Contains("no queue took it, 3 times", reason));
        ledger.Confirms(orders.Select(order => order.OrderId).Except(refusedIds));

        var published = await ProducerProcess.RunAsync(pipeline, "publish", file, "--json");
        Assert.True(published.ExitCode == 0, published.Errors);
        ledger.Confirms(orders.Select(order => order.OrderId));
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    [Fact]
    public async Task Rejects_that_cannot_be_written_down_end_the_run_with_that_as_the_reason()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        using var folder = new TemporaryFolder();
        var (file, rejects) = (folder.File("orders.ndjson"), folder.File("rejects.ndjson"));
        await File.WriteAllTextAsync(file, OrderLines.Of(Some.Orders(Few)));
        File.CreateSymbolicLink(rejects, "/dev/full");

        // Few at once, so that the feed waits for room when it happens.
        var stopped = await PublishUnboundAsync(pipeline, "publish", file, "--rejects", rejects, "--window", "50", "--json");
        Assert.True(stopped.ExitCode == 66, stopped.Errors);
        Assert.Contains("No space left on device", stopped.Errors);
    }

    [Fact]
    public async Task Another_queue_in_the_place_of_the_pipelines_is_named_and_nothing_goes_into_it()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        using var folder = new TemporaryFolder();
        var (file, rejects) = (folder.File("orders.ndjson"), folder.File("rejects.ndjson"));
        var ledger = Ledger.Of(pipeline);
        var (first, orders) = (Some.Order(), Some.Orders(Orders).ToList());
        ledger.Sends([first, .. orders]);
        await using var producer = RunningProducer.Start(pipeline, "publish", "-", "--rejects", rejects, "--json");
        await producer.WriteAsync(OrderLines.Of([first]));
        await Eventually.EqualAsync(1u, "messages waiting", pipeline.WaitingAsync);

        await pipeline.DeleteQueueAsync();
        await (await pipeline.ChannelAsync()).QueueDeclareAsync(pipeline.Names.Queue, durable: true, exclusive: false, autoDelete: false);
        await producer.WriteAsync(OrderLines.Of(orders));
        var refused = await producer.EndAsync();

        Assert.True(refused.ExitCode == 1, refused.Errors);
        Assert.Contains($"Gave up: The queue '{pipeline.Names.Queue}' exists with", refused.Errors);
        Assert.Equal((1, OrderLines.Ids(rejects).Count), (refused.Count("confirmed"), refused.Count("unconfirmed")));
        Assert.Equal(0u, await pipeline.WaitingAsync());

        await pipeline.DeleteQueueAsync();
        await File.WriteAllTextAsync(file, OrderLines.Of(orders));
        var published = await ProducerProcess.RunAsync(pipeline, "publish", file, "--json");
        Assert.True(published.ExitCode == 0, published.Errors);
        ledger.Confirms(orders.Select(order => order.OrderId));
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    [Fact]
    public async Task A_single_order_is_refused_with_the_reason_and_the_next_finds_the_binding_made_anew()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var service = await PublishingService.StartAsync(pipeline);
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(2).ToList();
        ledger.Sends(orders);
        Assert.Null(await service.TryAsync(orders[0]));

        await UnbindAsync(pipeline);
        var refused = await service.TryAsync(orders[1]);
        Assert.NotNull(refused);
        Assert.Contains("no queue took it", refused.Message);
        Assert.False(refused.MayBeStored);

        Assert.Null(await service.TryAsync(orders[1]));
        ledger.Confirms(orders.Select(order => order.OrderId));
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    [Fact]
    public async Task A_single_order_that_was_published_twice_may_be_stored_although_the_second_one_came_back()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        await using var service = await PublishingService.StartAsync(pipeline, pipeline.BrokerBehind(network), "OrderPublisher:ConfirmSeconds=20");

        // Often the client forgets who waits for a confirm when its connection breaks; then the order is not published twice.
        await Eventually.TrueAsync("an order comes back when it is published the second time", async () =>
        {
            await service.InsistAsync(Some.Order());
            var waiting = await pipeline.WaitingAsync();
            var order = Some.Order();
            network.FreezeAt(Way.ToServer, Encoding.UTF8.GetBytes($"{order.OrderId}"), arrives: true);
            var publishing = service.TryAsync(order);
            await Eventually.EqualAsync(waiting + 1, "messages waiting", pipeline.WaitingAsync);

            // The bus publishes it again on its next connection, and by then nothing is bound.
            await UnbindAsync(pipeline);
            network.Cut();

            var unconfirmed = await publishing;
            Assert.NotNull(unconfirmed);
            Assert.True(unconfirmed.MayBeStored);
            return (unconfirmed.Message.Contains("no queue took it"), unconfirmed.Message);
        }, within: TimeSpan.FromMinutes(3));
    }

    // The producer binds the queue again and again. Over a slow network the binding is gone before the next order comes; one that finds it
    // all the same is confirmed and in the queue.
    private static async Task<ProducerProcess> PublishUnboundAsync(Pipeline pipeline, params string[] arguments)
    {
        await using var network = pipeline.ProxyToBroker();
        network.Delay = TimeSpan.FromMilliseconds(150);
        await using var producer = RunningProducer.Start(pipeline.AddressBehind(network), pipeline, arguments);
        var publishing = producer.EndAsync();
        while (!publishing.IsCompleted)
        {
            await UnbindAsync(pipeline);
        }

        return await publishing;
    }

    private static async Task UnbindAsync(Pipeline pipeline) =>
        await (await pipeline.ChannelAsync()).QueueUnbindAsync(pipeline.Names.Queue, pipeline.Names.Exchange, routingKey: "");
}
