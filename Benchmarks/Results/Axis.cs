namespace Benchmarks.Results;

/// <summary>
/// Where values lie on an axis, and which of them are written beside it. Values that were chosen, such as 250, 500, 1000, are written as they
/// are; measured ones get round numbers.
/// </summary>
internal sealed class Axis
{
    private const int MostTicks = 7;
    private const int MostChosenTicks = 8;

    // Share of the axis that the text of a tick needs.
    private const double LeastGap = 0.08;

    private readonly Func<double, double> _measure;
    private readonly double _low;
    private readonly double _high;

    private Axis(IReadOnlyList<double> ticks, double low, double high, Func<double, double> measure)
    {
        Ticks = ticks;
        _measure = measure;
        (_low, _high) = (measure(low), measure(high));
    }

    /// <summary>The values that are written.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>From 0 to a round number at or above the largest value: what a reader compares are lengths, and those begin at 0.</summary>
    public static Axis FromZero(IEnumerable<double> values)
    {
        var highest = values.DefaultIfEmpty(0).Max() is > 0 and var largest ? largest : 1;
        var step = Step(highest);
        var high = Math.Ceiling(highest / step) * step;
        return new Axis(Multiples(0, high, step), 0, high, value => value);
    }

    /// <summary>Whole powers of ten from below the smallest to above the largest value. Values above 0 only.</summary>
    public static Axis Decades(IEnumerable<double> values)
    {
        double[] all = [.. Positive(values)];
        var (first, last) = ((int)Math.Floor(Math.Log10(all.Min())), (int)Math.Ceiling(Math.Log10(all.Max())));
        last = Math.Max(last, first + 1);
        return new Axis(
            [.. Enumerable.Range(first, last - first + 1).Select(power => Math.Pow(10, power))], Math.Pow(10, first), Math.Pow(10, last), Math.Log10);
    }

    /// <summary>From the smallest to the largest of a few chosen values.</summary>
    public static Axis Chosen(IEnumerable<double> values)
    {
        double[] chosen = [.. values.Distinct().Order().DefaultIfEmpty(0)];
        var (low, high) = (chosen[0], chosen[^1]);
        var areApart = chosen.Zip(chosen.Skip(1), (one, next) => next - one).All(gap => gap >= LeastGap * (high - low));
        return new Axis(areApart ? chosen : Multiples(low, high, Step(high - low)), low, high, value => value);
    }

    /// <summary>The same, each multiplication as wide as the other. Values above 0 only.</summary>
    public static Axis ChosenLogarithmic(IEnumerable<double> values)
    {
        double[] chosen = [.. Positive(values).Distinct().Order()];
        var every = ((chosen.Length - 1) / MostChosenTicks) + 1;
        return new Axis([.. chosen.Where((_, index) => index % every == 0)], chosen[0], chosen[^1], Math.Log10);
    }

    /// <summary>0 at the axis' beginning, 1 at its end.</summary>
    public double Position(double value) => _high > _low ? (_measure(value) - _low) / (_high - _low) : 0.5;

    private static IEnumerable<double> Positive(IEnumerable<double> values) => values.Where(value => value > 0).DefaultIfEmpty(1);

    private static double[] Multiples(double low, double high, double step)
    {
        var first = (long)Math.Ceiling((low / step) - 1e-9);
        var last = (long)Math.Floor((high / step) + 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first + 1)).Select(number => (first + number) * step)];
    }

    // 1, 2 or 5 times a power of ten, so that there are a few of them.
    private static double Step(double length)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(length / MostTicks)));
        return new[] { 1, 2, 5, 10 }.Select(factor => factor * power).First(step => length / step <= MostTicks);
    }
}
