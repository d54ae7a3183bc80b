using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_database_takes_no_more_connections
{
    [Fact]
    public async Task The_worker_waits_without_a_storm_and_goes_on_when_it_does()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var role = await DatabaseRole.CreateAsync(pipeline);
        await using var network = pipeline.ProxyToDatabase();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, role.Behind(network));

        await pipeline.ExecuteAsync($"alter role {role.Name} connection limit 0");
        await role.DisconnectAsync();
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(300));
        await worker.BreakerIsOpenAsync(because: "too many connections");

        // Readiness asks the database too, the status does not: from here on every connection is a lane's.
        var before = network.Accepted;
        await worker.BreakerIsOpenAsync(seconds: 5, because: "max_connections must allow");
        Assert.InRange(network.Accepted - before, 1, 12);

        await pipeline.ExecuteAsync($"alter role {role.Name} connection limit -1");
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
    }
}
