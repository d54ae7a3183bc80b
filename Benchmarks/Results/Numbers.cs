using System.Globalization;

namespace Benchmarks.Results;

/// <summary>Numbers for readers: as many digits as mean something.</summary>
internal static class Numbers
{
    private const int SignificantDigits = 3;

    /// <summary>Whole above a thousand, else three digits that count.</summary>
    public static string Text(double? value) => value switch
    {
        null => "-",
        0 => "0",
        { } number when Math.Abs(number) >= 1_000 => number.ToString("N0", CultureInfo.InvariantCulture),
        { } number => number.ToString("F" + Decimals(number), CultureInfo.InvariantCulture),
    };

    /// <summary>A value with its 95 % interval.</summary>
    public static string Text(Figure figure) => figure switch
    {
        { Problem: { } problem } => $"disqualified: {problem}",
        { Low: { } low, High: { } high } when low < high => $"{Text(figure.Value)} ({Text(low)} to {Text(high)})",
        _ => Text(figure.Value),
    };

    /// <summary>A value beside an axis, as short as it goes.</summary>
    public static string Tick(double value) => value switch
    {
        >= 1_000_000 => (value / 1_000_000).ToString("0.###", CultureInfo.InvariantCulture) + " M",
        >= 1_000 => value.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.######", CultureInfo.InvariantCulture),
    };

    private static int Decimals(double number) =>
        Math.Max(0, SignificantDigits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(number))));
}
