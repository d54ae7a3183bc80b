namespace Benchmarks.Micro;

/// <summary>One benchmark, as it goes into the result file.</summary>
/// <param name="Name">What is done once.</param>
/// <param name="Lines">Lines of the order; none where that is not given.</param>
/// <param name="Nanoseconds">The mean.</param>
/// <param name="Margin">Half of the mean's 99.9 % interval.</param>
/// <param name="Median">The median, in nanoseconds.</param>
/// <param name="AllocatedBytes">Allocated memory.</param>
internal sealed record MicroResult(string Name, int? Lines, double Nanoseconds, double Margin, double Median, long AllocatedBytes);
