using Benchmarks.BulkPublish;
using Benchmarks.Drain;
using Benchmarks.Growth;
using Benchmarks.Latency;
using Benchmarks.Micro;
using Benchmarks.Tuning;

namespace Benchmarks;

/// <summary>Everything that can be measured. A new measure is a class and a line here.</summary>
internal static class Measures
{
    public static IReadOnlyList<IMeasure> All { get; } =
    [
        new DrainMeasure(),
        new GrowthMeasure(),
        new TuningMeasure(),
        new LatencyMeasure(),
        new ProducerMeasure(),
        new MicroMeasure(),
    ];
}
