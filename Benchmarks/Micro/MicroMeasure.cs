using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Benchmarks.Results;
using DevServers;

namespace Benchmarks.Micro;

/// <summary>What the parts of the hot path cost by themselves.</summary>
internal sealed class MicroMeasure : IMeasure
{
    private static readonly Type[] All =
    [
        typeof(DecoderBenchmarks), typeof(CopyBufferBenchmarks), typeof(OrderBatchBenchmarks), typeof(GeneratorBenchmarks),
    ];

    public string Name => "micro";

    public string Description => "What parts of the hot path cost by themselves, on one core and without servers (BenchmarkDotNet).";

    public Task<Findings> TakeAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Repository.Root ?? Environment.CurrentDirectory, ".local", "bench", "micro");
        Directory.CreateDirectory(folder);
        options.Say($"Running the benchmarks, some minutes; their log goes to {folder}.");
        using var log = new StreamLogger(Path.Combine(folder, "micro.log"));
        var config = ManualConfig.CreateEmpty()

            // The project it would generate for a process of its own has neither this one's frameworks nor its package versions.
            .AddJob((options.Quick ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(log)
            .WithArtifactsPath(folder);
        var results = new List<MicroResult>();
        foreach (var benchmarks in All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var summary = BenchmarkRunner.Run(benchmarks, config);
            if (summary.Reports.IsEmpty || summary.Reports.Any(report => !report.Success))
            {
                throw new BenchException($"{benchmarks.Name} did not run to its end; {folder} has the log.");
            }

            results.AddRange(summary.Reports.Select(Read));
            options.Say(FormattableString.Invariant($"{benchmarks.Name}: {summary.Reports.Length} done"));
        }

        return Task.FromResult(MicroFindings.From(results));
    }

    private static MicroResult Read(BenchmarkReport report)
    {
        var statistics = report.ResultStatistics!;
        var benchmark = report.BenchmarkCase;
        return new MicroResult(
            benchmark.Descriptor.WorkloadMethod.Name,
            benchmark.Parameters.Items.Select(parameter => (int?)(int)parameter.Value).FirstOrDefault(),
            statistics.Mean,
            statistics.ConfidenceInterval.Margin,
            statistics.Median,
            report.GcStats.GetBytesAllocatedPerOperation(benchmark) ?? 0);
    }
}
