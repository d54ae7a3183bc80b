namespace Benchmarks;

/// <summary>Nothing can be measured; the message says what to do about it.</summary>
internal sealed class BenchException(string message) : Exception(message);
