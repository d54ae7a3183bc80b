using System.Text;
using Infrastructure.RabbitMq;
using IntegrationTests.Stack;
using RabbitMQ.Client;

namespace IntegrationTests;

/// <summary>Headers over which the client would end the process, close the connection or hang, if it read them.</summary>
public sealed class When_headers_are_hostile_on_encrypted_connections(EncryptedServers servers) : IClassFixture<EncryptedServers>
{
    // In several frames, so that a delivery does not lie in the receive buffer in one piece.
    private const int Large = 300_000;

    private DeployedServers Deployed => servers.Deployed;

    [Fact]
    public async Task A_worker_stores_the_orders_all_the_same()
    {
        servers.SignClients();
        await using var topology = Topology();
        await using var publisher = await RawPublisher.OpenAsync(topology);
        foreach (var (name, properties) in HostileProperties.Deadly())
        {
            foreach (var length in (int[])[0, Large])
            {
                var order = Some.Order();
                await Deployed.Ledger.StoresAsync(order, () => publisher.PublishAsync(properties, Some.Padded(order, length)));
                var broken = Encoding.UTF8.GetBytes($"no order, {length}, {name}");
                await Deployed.Ledger.PutsAsideAsync(broken, "decode.malformed_json", () => publisher.PublishAsync(properties, broken));
                await Deployed.Ledger.StoresAsync([Some.Order()]);
            }
        }

        await using var worker = WorkerProcess.Run(Deployed.Pipeline, servers.Settings());
        await Deployed.Ledger.SettlesAsync();
    }

    [Fact]
    public async Task A_worker_empties_the_dead_letter_queue_all_the_same()
    {
        servers.SignClients();
        await using var topology = Topology();
        await using var publisher = await RawPublisher.OpenAsync(topology);
        foreach (var (_, properties) in HostileProperties.Deadly())
        {
            foreach (var length in (int[])[0, Large])
            {
                var order = Some.Order();
                await Deployed.Ledger.StoresAsync(order, () => publisher.PublishAsync(properties, Some.Padded(order, length), topology.Names.DeadExchange));
            }
        }

        await using var worker = WorkerProcess.Run(Deployed.Pipeline, servers.Settings());
        await Deployed.Ledger.SettlesAsync();
    }

    [Fact]
    public async Task A_publisher_survives_the_return_of_its_message()
    {
        // With the right to publish where no queue is.
        await Deployed.ControlAsync("set_permissions", "-p", "orders", DeployedServers.Operator, ".*", ".*", ".*");
        servers.Authority.Sign(DeployedServers.Operator, servers.File("operator"));
        var connector = new RabbitMqConnector(() => new RabbitMqOptions
        {
            ConnectionString = servers.Broker(),
            CaFile = servers.File("ca.crt"),
            CertificateFile = servers.File("operator.crt"),
            KeyFile = servers.File("operator.key"),
            ConnectSeconds = 30,
        });
        await Returns.SurviveAsync(await connector.OpenAsync("publisher"), Deployed.Pipeline);
    }

    [Fact]
    public async Task Small_orders_are_decoded_in_the_receive_buffer()
    {
        servers.SignClients();
        await using var worker = await WorkerUnderTest.StartReadyAsync(Deployed.Pipeline, servers.Settings());
        await Deployed.Ledger.StoresAsync(Some.Orders(3000));
        await Deployed.Ledger.SettlesAsync();

        await DeliveryPaths.AssertAsync(worker, atLeastDirect: 3000, assembled: 0);
    }

    // May publish to both exchanges.
    private Pipeline Topology() => Pipeline.On(Deployed.Stack, "orders", Deployed.Broker(DeployedServers.Topology), Deployed.Stack.Postgres.ConnectionString);
}
