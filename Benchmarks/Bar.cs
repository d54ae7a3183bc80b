using System.Globalization;
using Benchmarks.Results;

namespace Benchmarks;

/// <summary>Which side of a bar is the good one.</summary>
internal enum Direction
{
    /// <summary>The bar is the least that will do.</summary>
    AtLeast,

    /// <summary>The bar is the most that will do.</summary>
    AtMost,
}

/// <summary>What became of a bar.</summary>
internal enum Judgement
{
    /// <summary>Nobody measured it, so nobody knows.</summary>
    NotMeasured,

    /// <summary>The figure is on the wrong side, or was disqualified.</summary>
    Missed,

    /// <summary>Good enough.</summary>
    Met,

    /// <summary>As good as it is meant to become.</summary>
    Aimed,
}

/// <summary>A promise about a figure.</summary>
/// <param name="Name">The figure's name; what stands before the dot is the measure.</param>
/// <param name="Title">The figure in words.</param>
/// <param name="Unit">The figure's unit; empty for a ratio.</param>
/// <param name="Direction">Which side is good.</param>
/// <param name="Limit">The bar.</param>
/// <param name="Aim">Where it should get to.</param>
internal sealed record Bar(string Name, string Title, string Unit, Direction Direction, double Limit, double Aim)
{
    public string Measure => Name[..Name.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>The bar as people write it: "&gt;= 0.85".</summary>
    public string LimitText => Text(Limit);

    public string AimText => Text(Aim);

    /// <summary>A figure for this bar, with its 95 % interval where there is one.</summary>
    public Figure Figure(double value, double? low = null, double? high = null) => new(Name, value, low, high, null);

    /// <summary>A figure for this bar out of one value a round.</summary>
    public Figure Figure(IReadOnlyList<double> rounds, int seed)
    {
        var (low, high) = Statistics.MedianInterval(rounds, seed);
        return Figure(Statistics.Median(rounds), low, high);
    }

    /// <summary>A figure that does not count, because what it was measured on was disqualified.</summary>
    public Figure Disqualified(string reason) => new(Name, null, null, null, reason);

    public Judgement Judge(Figure? figure) => figure switch
    {
        null => Judgement.NotMeasured,
        { Problem: not null } or { Value: null } => Judgement.Missed,
        { Value: { } value } when IsGood(value, Aim) => Judgement.Aimed,
        { Value: { } value } when IsGood(value, Limit) => Judgement.Met,
        _ => Judgement.Missed,
    };

    // NaN is on no side.
    private bool IsGood(double value, double bound) => Direction == Direction.AtLeast ? value >= bound : value <= bound;

    private string Text(double bound) =>
        string.Create(CultureInfo.InvariantCulture, $"{(Direction == Direction.AtLeast ? ">=" : "<=")} {bound}{(Unit.Length > 0 ? " " : "")}{Unit}");
}
