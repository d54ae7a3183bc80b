using System.Net;
using System.Net.Sockets;
using Infrastructure.RabbitMq;

namespace UnitTests.RabbitMq;

public sealed class RabbitMqConnectorTests
{
    [Fact]
    public async Task A_broker_that_accepts_and_says_nothing_is_not_waited_for_without_end()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var connector = new RabbitMqConnector(() => new RabbitMqOptions
        {
            ConnectionString = $"amqp://guest:guest@127.0.0.1:{port}/",
            ConnectSeconds = 1,
        });

        var timeout = await Assert.ThrowsAsync<TimeoutException>(() => connector.OpenAsync("test").WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal($"127.0.0.1:{port} did not complete a connection within 1 s (RabbitMq:ConnectSeconds).", timeout.Message);
    }
}
