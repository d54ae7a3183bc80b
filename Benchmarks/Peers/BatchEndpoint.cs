using Contracts;
using Infrastructure.RabbitMq;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Benchmarks.Peers;

/// <summary>A MassTransit bus with one endpoint that hands over orders in batches.</summary>
internal sealed class BatchEndpoint : IAsyncDisposable
{
    private const int Retries = 5;
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly IBusControl _bus;
    private readonly IAsyncDisposable _store;

    private BatchEndpoint(IBusControl bus, IAsyncDisposable store)
    {
        _bus = bus;
        _store = store;
    }

    /// <summary>Returns once the consumer is registered.</summary>
    /// <param name="tuning">Its settings.</param>
    /// <param name="broker">The broker's AMQP URI.</param>
    /// <param name="queue">An existing queue of a pipeline.</param>
    /// <param name="consumer">Consumes all batches.</param>
    /// <param name="store">Disposed when the bus has stopped.</param>
    public static async Task<IAsyncDisposable> StartAsync(
        BatchTuning tuning, string broker, string queue, IConsumer<Batch<OrderSubmitted>> consumer, IAsyncDisposable store)
    {
        LogContext.ConfigureCurrentLogContext(LoggerFactory.Create(logging => logging
            .SetMinimumLevel(LogLevel.Warning)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)));

        // Without a container there is no scope to make for every message.
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(broker), "peer");
            rabbit.UseRawJsonDeserializer();
            rabbit.ReceiveEndpoint(queue, endpoint => Configure(endpoint, new TopologyNames(queue), tuning, consumer));
        });
        await bus.StartAsync();
        return new BatchEndpoint(bus, store);
    }

    public async ValueTask DisposeAsync()
    {
        await _bus.StopAsync();
        await _store.DisposeAsync();
    }

    private static void Configure(
        IRabbitMqReceiveEndpointConfigurator endpoint, TopologyNames names, BatchTuning tuning, IConsumer<Batch<OrderSubmitted>> consumer)
    {
        // MassTransit declares what it consumes; declared alike, the queue is left as it is.
        endpoint.ConfigureConsumeTopology = false;
        endpoint.SetQuorumQueue();
        endpoint.SetQueueArgument("x-delivery-limit", RabbitMqTopology.DeliveryLimit);
        endpoint.SetQueueArgument("x-dead-letter-exchange", names.DeadExchange);
        endpoint.SetQueueArgument("x-dead-letter-strategy", "at-least-once");
        endpoint.SetQueueArgument("x-overflow", "reject-publish");

        // No limit on concurrent messages: all of the prefetched ones may wait in a batch.
        endpoint.PrefetchCount = tuning.Prefetch;
        endpoint.UseMessageRetry(retry => retry.Exponential(Retries, ShortestWait, LongestWait, ShortestWait));
        endpoint.Batch<OrderSubmitted>(batch =>
        {
            batch.MessageLimit = tuning.Batch;
            batch.TimeLimit = tuning.Linger;
            batch.ConcurrencyLimit = tuning.Concurrency;
            batch.Consumer(() => consumer);
        });
    }
}
