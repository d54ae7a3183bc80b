using Benchmarks.Drain;

namespace Benchmarks.Growth;

/// <summary>One drain, as it goes into the result file.</summary>
internal sealed record GrowthDrain(GrowthCase Case, DrainOutcome Drain);
