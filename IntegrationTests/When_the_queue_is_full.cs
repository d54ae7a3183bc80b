using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_queue_is_full
{
    private const int Orders = 3000;
    private const int Limit = 200;
    private const string Refused = "is full or not available";

    [Fact]
    public async Task What_the_broker_refuses_is_reported_and_what_is_insisted_on_is_confirmed_as_workers_make_room()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await pipeline.DeclareAsync();
        await pipeline.LimitQueueAsync(Limit);
        using var folder = new TemporaryFolder();
        var (file, rejects) = (folder.File("orders.ndjson"), folder.File("rejects.ndjson"));
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(Orders).ToList();
        ledger.Sends(orders);
        await File.WriteAllTextAsync(file, OrderLines.Of(orders));

        var impatient = await ProducerProcess.RunAsync(
            pipeline, "publish", file, "--rejects", rejects, "--give-up-after", "10s", "--json");
        Assert.True(impatient.ExitCode == 1, impatient.Errors);
        Assert.Contains(Refused, impatient.Errors);
        var refusedIds = OrderLines.Ids(rejects);
        Assert.InRange(refusedIds.Count, 1, Orders - 1);
        Assert.Equal((refusedIds.Count, Orders - refusedIds.Count), (impatient.Count("unconfirmed"), impatient.Count("confirmed")));
        Assert.Equal(impatient.Count("confirmed"), await pipeline.WaitingAsync());
        ledger.Confirms(orders.Select(order => order.OrderId).Except(refusedIds));

        await using var patient = RunningProducer.Start(pipeline, "publish", rejects, "--json");
        await patient.SaysAsync(Refused);
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        var published = await patient.EndAsync();
        Assert.True(published.ExitCode == 0, published.Errors);
        Assert.Equal(refusedIds.Count, published.Count("confirmed"));
        Assert.InRange(published.Count("republished"), 1, long.MaxValue);
        ledger.Confirms(refusedIds);
        await ledger.SettlesAsync();
    }

    [Fact]
    public async Task A_single_order_is_refused_and_goes_through_once_there_is_room()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await using var service = await PublishingService.StartAsync(pipeline);
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(50).ToList();
        ledger.Sends(orders);
        await service.InsistAsync(orders[0]);
        await pipeline.LimitQueueAsync(messages: 5);

        var confirmed = 1;
        while (await service.TryAsync(orders[confirmed]) is null)
        {
            confirmed++;
        }

        var refused = await service.TryAsync(orders[confirmed]);
        Assert.NotNull(refused);
        Assert.True(refused.Message.Contains("the broker refused it"), refused.ToString());
        Assert.False(refused.MayBeStored);

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await service.InsistAsync(orders[confirmed]);
        await service.SettlesAsync();
        ledger.Confirms(orders.Take(confirmed + 1).Select(order => order.OrderId));
        await ledger.SettlesAsync();
    }
}
