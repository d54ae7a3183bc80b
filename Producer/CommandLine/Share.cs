using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Producer.CommandLine;

/// <summary>A share of a whole as people write it: <c>1%</c>, <c>0.5%</c> or <c>0.01</c>.</summary>
internal static class Share
{
    /// <summary>Reads a share, 0 to 1.</summary>
    public static bool TryParse(string text, out double share)
    {
        var isPercent = text.EndsWith('%');
        var number = isPercent ? text[..^1].TrimEnd() : text;
        var isNumber = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value);
        share = isPercent ? value / 100 : value;
        return isNumber && share is >= 0 and <= 1;
    }

    /// <summary>An option that takes a share; 0 when it is not given.</summary>
    public static Option<double> Option(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "share",
        DefaultValueFactory = _ => 0,
        CustomParser = Parse,
    };

    private static double Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!TryParse(text, out var share))
        {
            result.AddError($"'{text}' is no share; 0 to 100 % is wanted, such as 1%, 0.5% or 0.01");
        }

        return share;
    }
}
