using BenchmarkDotNet.Attributes;
using Producer.Generate;

namespace Benchmarks.Micro;

/// <summary>An order that is made up, as JSON.</summary>
public class GeneratorBenchmarks
{
    private readonly OrderGenerator _generator = new(new GeneratorOptions
    {
        Seed = 1,
        Start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
    });

    [Benchmark]
    public int Generate() => _generator.Next().Json.Length;
}
