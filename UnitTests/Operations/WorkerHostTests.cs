using Worker.Operations;

namespace UnitTests.Operations;

public sealed class WorkerHostTests
{
    [Theory]
    [InlineData("http://127.0.0.1:9000", "http://127.0.0.1:9000")]
    [InlineData("http://localhost:9000", "http://localhost:9000")]
    [InlineData("http://*:9000", "http://127.0.0.1:9000")]
    [InlineData("http://+:9000", "http://127.0.0.1:9000")]
    [InlineData("http://0.0.0.0:9000", "http://127.0.0.1:9000")]
    [InlineData("http://[::]:9000", "http://127.0.0.1:9000")]
    [InlineData("http://10.0.0.1:9000;http://10.0.0.2:9001", "http://10.0.0.1:9000")]
    public void The_healthcheck_asks_the_first_address_as_this_machine_reaches_it(string urls, string address) =>
        Assert.Equal(address, WorkerHost.ManagementAddress([$"Urls={urls}"]));
}
