using System.CommandLine;
using System.CommandLine.Parsing;

namespace Producer.CommandLine;

/// <summary>Options that take a number within a range.</summary>
internal static class Numbers
{
    /// <summary>Adds the range to an option: a value outside is wrong usage.</summary>
    public static Option<T> Within<T>(this Option<T> option, T least, T most)
        where T : struct, IComparable<T>
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !IsWithin(result, least, most))
            {
                result.AddError(FormattableString.Invariant($"{option.Name} is {result.Tokens[0].Value}; {least} to {most} is allowed"));
            }
        });
        return option;
    }

    private static bool IsWithin<T>(OptionResult result, T least, T most)
        where T : struct, IComparable<T>
    {
        try
        {
            return result.GetValueOrDefault<T?>() is not { } value || (value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0);
        }
        catch (InvalidOperationException)
        {
            // No number at all.
            return false;
        }
    }
}
