using Benchmarks.Drain;

namespace Benchmarks.Tuning;

/// <summary>One drain of the sweep, as it goes into the result file.</summary>
internal sealed record TunedDrain(TuningSetting Setting, DrainOutcome Drain);
