using Benchmarks.Peers;
using MassTransitBulk;

var fastestDrain = new BatchTuning(Prefetch: 2000, Batch: 500, Concurrency: 1, Linger: TimeSpan.FromMilliseconds(100));
const int fastestCopyFrom = 100;

return await Contest.RunAsync(args, async (settings, order) =>
{
    var tuning = BatchTuning.From(settings, fastestDrain);
    var store = await BulkOrderStore.OpenAsync(order.ConnectionString, settings.Number("copy-from", fastestCopyFrom));
    return await BatchEndpoint.StartAsync(tuning, settings.Broker, order.Queue, new OrderBatchConsumer(store), store);
});
