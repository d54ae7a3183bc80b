namespace Benchmarks.Drain;

/// <summary>One start of the worker.</summary>
/// <param name="Round">The round.</param>
/// <param name="Contestant">Who.</param>
/// <param name="Scenario">What.</param>
/// <param name="Seconds">From the start of the process to the first commit.</param>
/// <param name="IsPublished">It was compiled ahead of time, as it is installed.</param>
internal sealed record StartOutcome(int Round, string Contestant, string Scenario, double? Seconds, bool IsPublished);
