using Infrastructure.RabbitMq;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using UnitTests.Support;

namespace UnitTests.RabbitMq;

public sealed class RabbitMqTopologyTests
{
    /// <summary>An argument that changes makes every running system refuse to start; it is changed on purpose or not at all.</summary>
    [Fact]
    public async Task All_of_the_topology_is_declared_the_dead_side_first()
    {
        var (channel, record) = RecordingChannel.Create();

        await RabbitMqTopology.DeclareAsync(channel, new TopologyNames("shop"));

        Assert.Equal(
            [
                "ExchangeDeclareAsync exchange=shop.dead type=fanout durable=True autoDelete=False passive=False noWait=False",
                "QueueDeclareAsync queue=shop.dead durable=True exclusive=False autoDelete=False arguments={x-delivery-limit: 1000000, x-queue-type: quorum} passive=False noWait=False",
                "QueueBindAsync queue=shop.dead exchange=shop.dead routingKey= noWait=False",
                "ExchangeDeclareAsync exchange=shop type=fanout durable=True autoDelete=False passive=False noWait=False",
                "QueueDeclareAsync queue=shop durable=True exclusive=False autoDelete=False arguments={x-dead-letter-exchange: shop.dead, "
                    + "x-dead-letter-strategy: at-least-once, x-delivery-limit: 20, x-overflow: reject-publish, x-queue-type: quorum} passive=False noWait=False",
                "QueueBindAsync queue=shop exchange=shop routingKey= noWait=False",
            ],
            record.Declared);
    }

    [Fact]
    public async Task A_queue_with_other_arguments_is_a_mismatch()
    {
        var (channel, record) = RecordingChannel.Create();
        record.Failure = Refusal("PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'shop' in vhost '/': received 'true' but current is 'false'");

        await Assert.ThrowsAsync<TopologyMismatchException>(() => RabbitMqTopology.DeclareAsync(channel, new TopologyNames("shop")));
    }

    [Fact]
    public async Task Another_refusal_comes_out_as_it_is()
    {
        var (channel, record) = RecordingChannel.Create();
        record.Failure = Refusal("ACCESS_REFUSED - access to queue 'shop' in vhost '/' refused for user 'guest'");

        var refused = await Assert.ThrowsAsync<OperationInterruptedException>(() => RabbitMqTopology.DeclareAsync(channel, new TopologyNames("shop")));
        Assert.Same(record.Failure, refused);
    }

    private static OperationInterruptedException Refusal(string text) => new(new ShutdownEventArgs(ShutdownInitiator.Peer, 406, text));
}
