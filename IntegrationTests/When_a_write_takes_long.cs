using System.Diagnostics;
using IntegrationTests.Stack;
using Xunit.Abstractions;

namespace IntegrationTests;

/// <summary>The database does not answer for longer than the connection to the broker may be silent.</summary>
public sealed class When_a_write_takes_long(ITestOutputHelper output)
{
    // Missed heartbeats end a connection after about two seconds.
    private static readonly string[] Settings = ["RabbitMq:HeartbeatSeconds=1", "Intake:Lanes=1", "Intake:MaxBatch=100", "Intake:Prefetch=1000"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lane_keeps_its_connection_and_its_messages(bool tls)
    {
        await using var pipeline = tls ? await Pipeline.CreateOnOwnServersAsync(tls) : await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, Settings);
        var ledger = Ledger.Of(pipeline);
        var tableLock = await TableLock.TakeAsync(pipeline, "orders");
        var locked = Stopwatch.StartNew();
        await ledger.StoresAsync(Some.Orders(1000));

        // All that the prefetch allows, though no batch has room for it.
        await Eventually.EqualAsync(1000L, "messages in flight", async () => (await worker.StatusAsync()).GetProperty("inFlight").GetInt64());
        await Eventually.TrueAsync("the write has taken eight seconds", () => (locked.Elapsed > TimeSpan.FromSeconds(8), $"{locked.Elapsed}"));
        await tableLock.DisposeAsync();
        await ledger.SettlesAsync();

        var status = await worker.StatusAsync();
        output.WriteLine(status.GetProperty("deliveries").ToString());
        await DeliveryPaths.AssertAsync(worker, atLeastDirect: 100, assembled: 0, atLeastOverflow: 500);
        Assert.Equal(0, status.GetProperty("handedBack").GetInt64());
    }
}
