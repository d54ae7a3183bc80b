using System.CommandLine;

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
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<T?>() is { } value
                && (value.CompareTo(least) < 0 || value.CompareTo(most) > 0))
            {
                result.AddError(FormattableString.Invariant($"{option.Name} is {value}; {least} to {most} is allowed"));
            }
        });
        return option;
    }
}
