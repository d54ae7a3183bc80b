using Contracts;
using Infrastructure.RabbitMq;
using RabbitMQ.Client;

namespace UnitTests.RabbitMq;

public sealed class MessageSizesTests
{
    // RabbitMQ 3, unless told otherwise.
    private const int LargestOfAnOldBroker = 128 * 1024 * 1024;

    [Fact]
    public void Every_station_lets_through_more_than_the_one_before()
    {
        int[] stations = [OrderRules.MaxBodyBytes, MessageSizes.Order, MessageSizes.Broker, MessageSizes.Client];

        Assert.Equal(OrderRules.MaxBodyBytes, MessageSizes.Order);
        Assert.True(MessageSizes.Order < MessageSizes.Broker, "the broker refuses what the worker could put aside with a reason");
        Assert.True(MessageSizes.Broker < MessageSizes.Client, "the client closes the connection over what the broker lets through");
        Assert.Equal(stations.Order(), stations);
    }

    [Fact]
    public void The_client_takes_what_a_broker_lets_through_that_was_told_nothing() => Assert.True(MessageSizes.Client >= LargestOfAnOldBroker);

    [Fact]
    public void The_client_cannot_be_told_to_take_more() =>
        Assert.Equal((uint)MessageSizes.Client, new AmqpTcpEndpoint("localhost", 5672, new SslOption(), uint.MaxValue).MaxInboundMessageBodySize);
}
