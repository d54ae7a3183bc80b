using Benchmarks.Peers;
using MassTransitEfCore;

var fastestDrain = new BatchTuning(Prefetch: 1000, Batch: 100, Concurrency: 4, Linger: TimeSpan.FromMilliseconds(100));

return await Contest.RunAsync(args, async (settings, order) =>
{
    var tuning = BatchTuning.From(settings, fastestDrain);
    var store = await EfCoreOrderStore.OpenAsync(order.ConnectionString, tuning.Batch);
    return await BatchEndpoint.StartAsync(tuning, settings.Broker, order.Queue, new OrderBatchConsumer(store), store);
});
