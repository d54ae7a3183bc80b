using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_broker_blocks_publishers
{
    private const int Orders = 2000;
    private const string Blocked = "The broker blocks publishers";
    private const string GoesOn = "The broker lets publishers go on";

    [Fact]
    public async Task For_want_of_memory_or_disk_the_producer_says_so_once_waits_and_goes_on_where_it_was()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await pipeline.DeclareAsync();
        var ledger = Ledger.Of(pipeline);

        await BrokerAlarm.Memory.RaiseAsync(pipeline);
        await OutlastsAsync(pipeline, ledger, "low on memory", () => BrokerAlarm.Memory.ClearAsync(pipeline));

        await BrokerAlarm.Disk.RaiseAsync(pipeline);
        await OutlastsAsync(pipeline, ledger, "low on disk", () => BrokerAlarm.Disk.ClearAsync(pipeline));

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    [Fact]
    public async Task For_longer_than_it_has_patience_what_is_left_is_reported_and_goes_through_later()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await pipeline.DeclareAsync();
        using var folder = new TemporaryFolder();
        var (file, rejects) = (folder.File("orders.ndjson"), folder.File("rejects.ndjson"));
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(Orders).ToList();
        ledger.Sends(orders);
        await File.WriteAllTextAsync(file, OrderLines.Of(orders));
        await BrokerAlarm.Memory.RaiseAsync(pipeline);

        var given = await ProducerProcess.RunAsync(pipeline, "publish", file, "--rejects", rejects, "--give-up-after", "10s", "--json");
        Assert.True(given.ExitCode == 1, given.Errors);
        Assert.Contains("Gave up: nothing was confirmed for 10 s; the broker blocks publishers (low on memory)", given.Errors);
        Assert.Equal((0, Orders, Orders), (given.Count("confirmed"), given.Count("unconfirmed"), OrderLines.Ids(rejects).Count));

        await BrokerAlarm.Memory.ClearAsync(pipeline);
        var published = await ProducerProcess.RunAsync(pipeline, "publish", rejects, "--json");
        Assert.True(published.ExitCode == 0, published.Errors);
        ledger.Confirms(orders.Select(order => order.OrderId));
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    [Fact]
    public async Task A_service_hears_that_its_orders_are_not_confirmed_and_only_so_many_are_kept_for_later()
    {
        const int Most = 10;
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await using var service = await PublishingService.StartAsync(
            pipeline, "OrderPublisher:ConfirmSeconds=2", $"OrderPublisher:MaxOutstanding={Most}");
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(5 * Most).ToList();
        ledger.Sends(orders);
        await service.InsistAsync(orders[0]);
        await BrokerAlarm.Memory.RaiseAsync(pipeline);

        var ends = await Task.WhenAll(orders.Select(service.TryAsync));
        Assert.Equal(Most, ends.Count(end => end is { MayBeStored: true }));
        Assert.Equal(orders.Count - Most, ends.Count(end => end is { MayBeStored: false }));
        Assert.Contains("10 earlier ones are outstanding (OrderPublisher:MaxOutstanding)", ends[^1]!.Message);

        await BrokerAlarm.Memory.ClearAsync(pipeline);
        foreach (var order in orders)
        {
            await service.InsistAsync(order);
        }

        await service.SettlesAsync();
        ledger.Confirms(orders.Select(order => order.OrderId));
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    private static async Task OutlastsAsync(Pipeline pipeline, Ledger ledger, string why, Func<Task> end)
    {
        var orders = Some.Orders(Orders).ToList();
        ledger.Sends(orders);
        await using var network = pipeline.ProxyToBroker();
        await using var producer = RunningProducer.Start(
            pipeline.AddressBehind(network), pipeline, "publish", "-", "--confirm-timeout", "4s", "--json");
        await producer.WriteAsync(OrderLines.Of(orders));
        await producer.SaysAsync($"{Blocked} ({why})");

        // The first report of progress comes after five seconds: the block is longer than a silence may be.
        await producer.SaysAsync("published, 0 confirmed");
        // The confirms come a while after the news that they may.
        network.Delay = TimeSpan.FromMilliseconds(500);
        await end();
        await producer.SaysAsync(GoesOn);
        network.Delay = TimeSpan.Zero;
        var published = await producer.EndAsync();

        Assert.True(published.ExitCode == 0, published.Errors);
        Assert.Equal((Orders, 0), (published.Count("confirmed"), published.Count("republished")));
        Assert.Equal(1, Count(published.Errors, Blocked));
        Assert.Equal(1, Count(published.Errors, GoesOn));
        Assert.DoesNotContain("Confirms stopped", published.Errors);
        ledger.Confirms(orders.Select(order => order.OrderId));
    }

    private static int Count(string text, string what) => text.Split(what).Length - 1;
}
