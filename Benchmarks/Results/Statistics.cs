namespace Benchmarks.Results;

/// <summary>The few statistics that are needed. Nothing here assumes that times are normally distributed; they are not.</summary>
internal static class Statistics
{
    private const int Resamples = 10_000;
    private const double Tail = 0.025;

    public static double Median(IReadOnlyList<double> values) => Percentile(values, 0.5);

    /// <summary>The median of the values that are there; none when none is.</summary>
    public static double? MedianOf(IEnumerable<double?> values)
    {
        double[] present = [.. values.OfType<double>()];
        return present.Length == 0 ? null : Median(present);
    }

    /// <summary>One by the other for each round that both have, so that what slows a round down slows down both sides.</summary>
    public static double[] Ratios(IEnumerable<(int Round, double Value)> ones, IEnumerable<(int Round, double Value)> others) =>
        [.. ones.Join(others, one => one.Round, other => other.Round, (one, other) => one.Value / other.Value)];

    /// <summary>The value below which a share of all values lies, interpolated between the two nearest.</summary>
    /// <param name="values">In any order, at least one.</param>
    /// <param name="share">0 to 1.</param>
    public static double Percentile(IReadOnlyList<double> values, double share)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Count);
        double[] sorted = [.. values.Order()];
        var position = share * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>
    /// The 95 % interval of the median, by the percentile bootstrap: the median of as many values drawn from these with replacement, many
    /// times. The same seed gives the same interval.
    /// </summary>
    public static (double Low, double High) MedianInterval(IReadOnlyList<double> values, int seed)
    {
        var random = new Random(seed);
        var medians = new double[Resamples];
        var sample = new double[values.Count];
        for (var i = 0; i < medians.Length; i++)
        {
            for (var k = 0; k < sample.Length; k++)
            {
                sample[k] = values[random.Next(values.Count)];
            }

            medians[i] = Median(sample);
        }

        return (Percentile(medians, Tail), Percentile(medians, 1 - Tail));
    }
}
