using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Producer.CommandLine;

/// <summary>A length of time as people write it: <c>10</c> or <c>10s</c>, <c>500ms</c>, <c>2m</c>.</summary>
internal static class Duration
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("", TimeSpan.FromSeconds(1)),
    ];

    /// <summary>Reads a duration of more than zero and at most a day.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var (suffix, unit) = Array.Find(Units, unit => text.EndsWith(unit.Suffix, StringComparison.Ordinal));
        if (!double.TryParse(text[..^suffix.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            || value > Longest / unit)
        {
            return false;
        }

        duration = value * unit;
        return duration > TimeSpan.Zero;
    }

    /// <summary>An option that takes a duration; its value is <see langword="null"/> when it is not given.</summary>
    public static Option<TimeSpan?> Option(string name, string description, TimeSpan byDefault) => new(name)
    {
        Description = $"{description} [default: {byDefault.TotalSeconds:0.#}s]",
        HelpName = "time",
        CustomParser = Parse,
    };

    private static TimeSpan? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!TryParse(text, out var duration))
        {
            result.AddError($"'{text}' is no duration; more than zero and at most a day is wanted, such as 10s, 500ms or 2m");
        }

        return duration;
    }
}
