using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_broker_is_killed_under_a_producer
{
    private const int Outstanding = 10_000;
    private const int SingleOrders = 2000;

    // From the broker's return on.
    private static readonly TimeSpan Resolved = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task With_ten_thousand_confirms_outstanding_each_order_is_published_again_under_its_id_and_confirmed()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await using var network = pipeline.ProxyToBroker();
        await pipeline.DeclareAsync();
        await QuorumQueue.OnDiskAsync(pipeline.Servers, pipeline.Names.Queue);
        using var folder = new TemporaryFolder();
        var runLedger = folder.File("run.ledger");
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(Outstanding).ToList();
        ledger.Sends(orders);
        await using var producer = RunningProducer.Start(
            pipeline.AddressBehind(network), pipeline, "publish", "-", "--window", $"{Outstanding}", "--ledger", runLedger, "--json");
        await producer.WriteAsync(OrderLines.Of(orders.Take(1)));
        await Eventually.EqualAsync(1u, "messages waiting", pipeline.WaitingAsync);

        // Some are stored and some are on their way, and the producer knows of none.
        network.Hold(Way.ToClient);
        await producer.WriteAsync(OrderLines.Of(orders.Skip(1)));
        await Eventually.TrueAsync("most orders have reached the broker", async () =>
        {
            var waiting = await pipeline.WaitingAsync();
            return (waiting > Outstanding * 9 / 10, $"{waiting}");
        });
        await pipeline.Servers.Rabbit.KillAsync();
        network.Cut();
        network.Release();
        await pipeline.Servers.Rabbit.StartAgainAsync();

        var published = await producer.EndAsync(Resolved);
        Assert.True(published.ExitCode == 0, published.Errors);
        Assert.Equal(Outstanding, published.Count("confirmed"));
        Assert.InRange(published.Count("republished"), Outstanding * 9 / 10, Outstanding);
        ledger.Confirms(orders.Select(order => order.OrderId));

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
        await Reconcile.SaysAsync(pipeline, expected: 0, "adds up                 yes", "--ledger", runLedger);
    }

    [Fact]
    public async Task Single_orders_are_confirmed_or_reported_as_unknown_and_published_again_are_stored_once()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await using var network = pipeline.ProxyToBroker();
        await pipeline.DeclareAsync();
        await QuorumQueue.OnDiskAsync(pipeline.Servers, pipeline.Names.Queue);
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(SingleOrders).ToList();
        ledger.Sends(orders);
        await using var service = await PublishingService.StartAsync(
            pipeline, pipeline.BrokerBehind(network), "OrderPublisher:ConfirmSeconds=2");
        await service.InsistAsync(orders[0]);

        network.Hold(Way.ToClient);
        var calls = orders.Select(service.TryAsync).ToList();
        await Eventually.TrueAsync("orders have reached the broker", async () =>
        {
            var waiting = await pipeline.WaitingAsync();
            return (waiting > 100, $"{waiting}");
        });
        await pipeline.Servers.Rabbit.KillAsync();
        network.Cut();
        network.Release();
        await pipeline.Servers.Rabbit.StartAgainAsync();

        var ends = await Task.WhenAll(calls);
        Assert.Contains(ends, end => end is { MayBeStored: true });
        foreach (var (order, end) in orders.Zip(ends))
        {
            if (end is not null)
            {
                await service.InsistAsync(order);
            }
        }

        ledger.Confirms(orders.Select(order => order.OrderId));
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    [Fact]
    public async Task Single_orders_that_cannot_get_through_share_the_attempts_to_reach_the_broker()
    {
        const int Rounds = 3;
        const int InARound = 200;
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        await using var service = await PublishingService.StartAsync(pipeline, pipeline.BrokerBehind(network), "OrderPublisher:ConfirmSeconds=2");
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(InARound).ToList();
        ledger.Sends(orders);
        await service.InsistAsync(orders[0]);

        network.Refuses = true;
        network.Cut();
        for (var round = 0; round < Rounds; round++)
        {
            Assert.All(await Task.WhenAll(orders.Select(service.TryAsync)), Assert.NotNull);
        }

        Assert.InRange(network.AcceptedInBusiestSecond, 1, 10);

        network.Refuses = false;
        foreach (var order in orders)
        {
            await service.InsistAsync(order);
        }

        ledger.Confirms(orders.Select(order => order.OrderId));
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    [Fact]
    public async Task Single_orders_get_through_after_the_way_to_the_broker_was_full_when_it_broke()
    {
        const int LargeOrders = 400;
        const int Lines = 1000;
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        await using var service = await PublishingService.StartAsync(pipeline, pipeline.BrokerBehind(network), "OrderPublisher:ConfirmSeconds=2");
        await service.InsistAsync(Some.Order());

        // Far more than the kernel keeps and the client queues: there are publishes that wait in the client for room.
        network.Hold(Way.ToServer);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, LargeOrders).Select(_ => service.TryAsync(Some.OrderOf(Lines)))), Assert.NotNull);
        network.Cut();
        network.Release();

        await service.InsistAsync(Some.Order());
        await service.SettlesAsync();
    }
}
