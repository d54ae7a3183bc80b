using System.Text;
using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_confirms_are_swallowed
{
    private const int Orders = 3000;

    [Fact]
    public async Task The_connection_is_replaced_and_what_is_unconfirmed_is_published_again_under_its_id()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(Orders).ToList();
        ledger.Sends(orders);
        var silence = network.SwallowAnswerAfter(Way.ToServer, Encoding.UTF8.GetBytes($"{orders[Orders / 2].OrderId}"));

        await using var producer = RunningProducer.Start(
            pipeline.AddressBehind(network), pipeline, "publish", "-", "--confirm-timeout", "2s", "--json");
        await producer.WriteAsync(OrderLines.Of(orders));
        var published = await producer.EndAsync();

        Assert.True(published.ExitCode == 0, published.Errors);
        Assert.Equal(Orders, published.Count("confirmed"));
        Assert.InRange(published.Count("republished"), 1, Orders);
        Assert.Contains("Confirms stopped: no confirm came for 2 s", published.Errors);
        Assert.Equal(1, silence.Fired);
        ledger.Confirms(orders.Select(order => order.OrderId));
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    [Fact]
    public async Task Confirms_that_only_come_slowly_make_nobody_publish_anything_again()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(Orders).ToList();
        ledger.Sends(orders);
        network.Delay = TimeSpan.FromMilliseconds(10);
        network.MostBytes = 2000;

        await using var producer = RunningProducer.Start(
            pipeline.AddressBehind(network), pipeline, "publish", "-", "--confirm-timeout", "5s", "--json");
        await producer.WriteAsync(OrderLines.Of(orders));
        var published = await producer.EndAsync();

        Assert.True(published.ExitCode == 0, published.Errors);
        Assert.Equal((Orders, 0), (published.Count("confirmed"), published.Count("republished")));
        Assert.Equal(1, network.Accepted);
        ledger.Confirms(orders.Select(order => order.OrderId));
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    [Fact]
    public async Task A_single_order_is_reported_as_unknown_and_goes_through_once_the_silence_is_noticed()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        await using var service = await PublishingService.StartAsync(
            pipeline, pipeline.BrokerBehind(network), "OrderPublisher:ConfirmSeconds=1", "RabbitMq:HeartbeatSeconds=2");
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(2).ToList();
        ledger.Sends(orders);
        await service.InsistAsync(orders[0]);

        network.SwallowAnswerAfter(Way.ToServer, Encoding.UTF8.GetBytes($"{orders[1].OrderId}"));
        var unknown = await service.TryAsync(orders[1]);
        Assert.NotNull(unknown);
        Assert.Contains("no answer came for 1 s", unknown.Message);
        Assert.True(unknown.MayBeStored);

        // Attempts that were on the lost connection may never end in the client; their places are given to others a minute later.
        await service.InsistAsync(orders[1]);
        ledger.Confirms(orders.Select(order => order.OrderId));
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    [Fact]
    public async Task A_silence_that_no_heartbeat_tells_of_ends_with_another_connection_of_the_bus()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        await using var service = await PublishingService.StartAsync(
            pipeline, pipeline.BrokerBehind(network), "OrderPublisher:ConfirmSeconds=1", "RabbitMq:HeartbeatSeconds=600");
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(2).ToList();
        ledger.Sends(orders);
        await service.InsistAsync(orders[0]);

        network.SwallowAnswerAfter(Way.ToServer, Encoding.UTF8.GetBytes($"{orders[1].OrderId}"));
        Assert.NotNull(await service.TryAsync(orders[1]));

        await service.InsistAsync(orders[1], within: TimeSpan.FromSeconds(90));
        ledger.Confirms(orders.Select(order => order.OrderId));
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    [Fact]
    public async Task A_declaration_without_an_answer_holds_single_orders_up_for_no_longer_than_a_confirm_may_take()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        var silence = network.SwallowAnswerAfter(Way.ToServer, WireBytes.Method("queue.declare"));
        await using var service = await PublishingService.StartAsync(
            pipeline, pipeline.BrokerBehind(network), "OrderPublisher:ConfirmSeconds=1", "RabbitMq:HeartbeatSeconds=600");
        var ledger = Ledger.Of(pipeline);
        var order = Some.Order();
        ledger.Sends([order]);

        var unknown = await service.TryAsync(order);
        Assert.NotNull(unknown);
        Assert.Contains("exchange and queue were not declared within 1 s", unknown.Message);
        Assert.False(unknown.MayBeStored);

        // To connect takes some of that time, and the attempt goes on without who waited for it.
        await Eventually.EqualAsync(1, "unanswered declarations", () => silence.Fired);

        // The client would wait for the answer for 20 s.
        await service.InsistAsync(order, within: TimeSpan.FromSeconds(10));
        ledger.Confirms([order.OrderId]);
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }
}
