using Contracts;
using Infrastructure.RabbitMq;
using RabbitMQ.Client;
using Worker.Intake;

namespace IntegrationTests.Stack;

/// <summary>Reads a body as the worker does, for the hash that its row must have. Not thread-safe.</summary>
internal sealed class ContentReader
{
    private readonly OrderBatch _batch = new(maxDeliveries: 1, maxBytes: 1024 * 1024);
    private readonly MessageProperties _properties = new(HostileProperties.Written(_ => { }));

    public OrderContent Read(OrderSubmitted order, byte[] body)
    {
        _batch.Reset();
        _batch.Add(new Delivery(1, Redelivered: false, "", _properties, body));
        return OrderContent.Of(order, _batch.HashOfOrder.Single().Value);
    }
}
