using Benchmarks.Peers;
using Contracts;
using MassTransit;

namespace MassTransitBulk;

/// <summary>Stores a batch. MassTransit acknowledges its messages when this returns.</summary>
internal sealed class OrderBatchConsumer(BulkOrderStore store) : IConsumer<Batch<OrderSubmitted>>
{
    public Task Consume(ConsumeContext<Batch<OrderSubmitted>> context)
    {
        var orders = context.Message.Select(message => OrderRows.From(message.Message, message.ReceiveContext.Body.GetBytes())).ToList();
        return store.SaveAsync(orders, context.CancellationToken);
    }
}
