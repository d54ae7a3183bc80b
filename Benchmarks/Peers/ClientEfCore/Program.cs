using Benchmarks.Peers;
using ClientEfCore;

var fastestDrain = new BatchTuning(Prefetch: 400, Batch: 100, Concurrency: 4, Linger: TimeSpan.Zero);

return await Contest.RunAsync(args, async (settings, order) =>
    await Intake.StartAsync(BatchTuning.From(settings, fastestDrain), settings.Broker, order));
