using System.Text;
using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_a_connection_breaks_in_the_middle_of_a_batch
{
    private const int Orders = 999;

    [Fact]
    public async Task Nothing_of_the_batch_is_stored_until_all_of_it_is()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToDatabase();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, pipeline.DatabaseBehind(network), "Intake:Lanes=1");

        // While the lane waits for the first order's key, the others gather in one batch. It must wait before they come: they would go with the first.
        var first = Some.Order();
        var key = await KeyLock.TakeAsync(pipeline, first.OrderId);
        var ledger = await Ledger.PublishAsync(pipeline, [first]);
        await pipeline.BlockedAsync(1);
        var orders = Some.Orders(Orders).ToList();
        orders[Orders / 2] = orders[Orders / 2] with { CustomerId = "in-the-middle" };
        await ledger.StoresAsync(orders);
        await Eventually.EqualAsync(1 + Orders, "messages in flight", async () => (await worker.StatusAsync()).GetProperty("inFlight").GetInt32());

        // Who is cut off does not come back before the tables have been looked at.
        network.Refuses = true;
        var cut = network.CutAfter(Way.ToServer, Encoding.UTF8.GetBytes("in-the-middle"));
        await key.DisposeAsync();
        await Eventually.EqualAsync(1, "cuts", () => cut.Fired);
        await Eventually.EqualAsync("open", "the breaker", async () => (await worker.StatusAsync()).GetProperty("breaker").GetProperty("state").GetString());
        Assert.Equal(1, await pipeline.CountAsync("orders"));

        network.Refuses = false;
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
    }
}
