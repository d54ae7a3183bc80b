namespace Benchmarks;

/// <summary>Something outside disturbed a run; it says nothing about the contestant and is taken again.</summary>
internal sealed class SpoiltException(string reason) : Exception(reason);
