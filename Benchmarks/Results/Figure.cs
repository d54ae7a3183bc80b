namespace Benchmarks.Results;

/// <summary>One number a measure stands for.</summary>
/// <param name="Name">The name of its bar.</param>
/// <param name="Value">The median over the rounds; none when it was disqualified.</param>
/// <param name="Low">Lower end of its 95 % interval.</param>
/// <param name="High">Upper end of its 95 % interval.</param>
/// <param name="Problem">Why it does not count.</param>
internal sealed record Figure(string Name, double? Value, double? Low, double? High, string? Problem);
