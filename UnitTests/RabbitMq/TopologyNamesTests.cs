using Infrastructure.RabbitMq;

namespace UnitTests.RabbitMq;

public sealed class TopologyNamesTests
{
    [Fact]
    public void Every_name_derives_from_the_pipeline()
    {
        var names = new RabbitMqOptions { Pipeline = "eu-orders" }.Names;

        Assert.Equal(("eu-orders", "eu-orders", "eu-orders.dead", "eu-orders.dead"), (names.Exchange, names.Queue, names.DeadExchange, names.DeadQueue));
    }

    [Fact]
    public void By_default_it_is_orders() => Assert.Equal("orders", new RabbitMqOptions().Names.Queue);
}
