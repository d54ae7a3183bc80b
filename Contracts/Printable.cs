using System.Globalization;
using System.Text;

namespace Contracts;

/// <summary>
/// Makes text from a message safe to print. A value from outside may hold line breaks, terminal escapes or marks that turn
/// the reading direction; in a log or a table it must stay one harmless line.
/// </summary>
public static class Printable
{
    /// <summary>Characters of a value that are shown before it is cut.</summary>
    public const int MaxLength = 64;

    /// <summary>Characters of a whole sentence in which such a value may stand.</summary>
    public const int MaxSentence = 500;

    /// <summary>The text in double quotes, escaped and cut.</summary>
    public static string Quote(string text) => $"\"{Clip(text)}\"";

    /// <summary>The text escaped and cut after <paramref name="maxLength"/> characters.</summary>
    public static string Clip(string text, int maxLength = MaxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        var cut = text.Length > maxLength;
        var builder = new StringBuilder(Math.Min(text.Length, maxLength) + 3);
        foreach (var character in cut ? text.AsSpan(0, maxLength) : text)
        {
            if (IsHarmless(character))
            {
                builder.Append(character);
            }
            else
            {
                builder.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
        }

        return cut ? builder.Append("...").ToString() : builder.ToString();
    }

    private static bool IsHarmless(char character) => char.GetUnicodeCategory(character) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or
        UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
