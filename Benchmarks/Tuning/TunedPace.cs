using Benchmarks.Latency;

namespace Benchmarks.Tuning;

/// <summary>One setting at one pace, as it goes into the result file.</summary>
internal sealed record TunedPace(TuningSetting Setting, LatencyOutcome Outcome);
