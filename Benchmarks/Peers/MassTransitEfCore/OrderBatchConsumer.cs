using Benchmarks.Peers;
using Contracts;
using MassTransit;

namespace MassTransitEfCore;

/// <summary>Stores a batch. MassTransit acknowledges its messages when this returns.</summary>
internal sealed class OrderBatchConsumer(EfCoreOrderStore store) : IConsumer<Batch<OrderSubmitted>>
{
    public Task Consume(ConsumeContext<Batch<OrderSubmitted>> context) => store.SaveAsync(
        context.Message.Select(message => OrderRows.From(message.Message, message.ReceiveContext.Body.GetBytes())),
        context.CancellationToken);
}
