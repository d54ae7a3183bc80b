using BenchmarkDotNet.Attributes;
using Worker.Intake;

namespace Benchmarks.Micro;

/// <summary>The whole way of a delivery into a batch: properties, decoding, the copy of the body, the books. An order's share of a full batch.</summary>
public class OrderBatchBenchmarks
{
    private const int Deliveries = 1_000;

    private readonly OrderBatch _batch = new(IntakeOptions.DefaultMaxBatch, IntakeOptions.DefaultMaxBatchBytes);
    private Delivery[] _deliveries = [];

    [Params(1, 3, 10)]
    public int Lines { get; set; }

    [GlobalSetup]
    public void Prepare() => _deliveries = [.. Enumerable.Range(1, Deliveries).Select(tag => SampleOrders.Delivery((ulong)tag, Lines))];

    [Benchmark(OperationsPerInvoke = Deliveries)]
    public int Add()
    {
        _batch.Reset();
        foreach (ref readonly var delivery in _deliveries.AsSpan())
        {
            _batch.Add(delivery);
        }

        _batch.Seal();
        return _batch.Count == Deliveries ? _batch.Count : throw new InvalidOperationException("Not every delivery became a row.");
    }
}
