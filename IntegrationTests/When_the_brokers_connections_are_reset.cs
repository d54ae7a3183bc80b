using DevServers;
using Infrastructure.RabbitMq;
using IntegrationTests.Stack;
using Worker.Failures;

namespace IntegrationTests;

public sealed class When_the_brokers_connections_are_reset
{
    private const int Orders = 30_000;
    private const int Resets = 5;

    // Two lanes, the dead queue's, and the one that asks for the depth of the queue.
    private const int Connections = 4;

    [Fact]
    public async Task Again_and_again_under_load_nothing_is_lost_doubled_or_acknowledged_with_an_old_tag()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, Orders);
        await using var worker = WorkerProcess.Run(pipeline, pipeline.BrokerBehind(network), "Intake:MaxBatch=10");

        var stored = 0L;
        for (var reset = 1; reset <= Resets; reset++)
        {
            stored = await Drain.GoesOnAsync(pipeline, stored);
            network.Cut();
        }

        await Drain.IsCompleteAsync(pipeline, Orders, worker);
        Assert.InRange(stored, 1, Orders - 1);
        Assert.InRange(network.Accepted, Connections + Resets, Connections * (Resets + 1));
        Assert.InRange(LogLines.Count(worker, LogLines.Lost), Resets, 2 * Resets);
        Assert.InRange(LogLines.MostInASecond(worker), 1, 20);

        // What a broker says to a tag that it did not give on this channel.
        Assert.DoesNotContain("unknown delivery tag", worker.Output);
    }

    [Fact]
    public async Task In_the_middle_of_the_login_that_is_not_taken_for_a_refusal()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        var cut = network.CutAfter(Way.ToServer, "PLAIN"u8);
        var connector = new RabbitMqConnector(() => new RabbitMqOptions { ConnectionString = pipeline.AddressBehind(network) });

        // Now and then the client gives out a connection that has ended already.
        var failure = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var lost = await connector.OpenAsync("test");
            await lost.CreateChannelAsync();
        });

        await Eventually.EqualAsync(1, "cuts", () => cut.Fired);
        Assert.False(BrokerFault.Of(failure).NeedsOperator, BrokerFault.Of(failure).Problem);
        await using var next = await connector.OpenAsync("test");
    }
}
