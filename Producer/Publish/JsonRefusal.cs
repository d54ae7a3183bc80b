using System.Text.Json;
using Contracts;

namespace Producer.Publish;

/// <summary>
/// Names what the JSON reader refuses, as the worker's decoder names it. The framework's exceptions carry no code, so the kind is told
/// from their text; a text that is not known falls back to malformed or invalid, and a test pins the known ones.
/// </summary>
internal static class JsonRefusal
{
    private const string RulePrefix = "rule.";
    private const string Malformed = "decode.malformed_json";

    // The framework's words, the name, and what people are told; {0} is what the framework quotes.
    private static readonly (string Text, string Name, string Detail)[] Kinds =
    [
        ("missing required properties", "decode.missing_member", "a member is missing: {0}"),
        ("could not be mapped to any .NET member", "decode.unknown_member", "a member is not known: {0}"),
        ("Duplicate property", "decode.duplicate_member", "a member is named twice: {0}"),
        ("maximum configured depth", "decode.depth_exceeded", $"nested deeper than {OrderRules.MaxDepth} levels"),
        ("UTF-16", "rule.lone_surrogate", "a text holds half of a surrogate pair, which is no character"),
        ("doesn't allow null values", "decode.wrong_type", "null is not allowed"),
    ];

    public static BrokenRule From(JsonException exception)
    {
        var text = WithoutPlace(exception.Message);
        if (text.StartsWith(RulePrefix, StringComparison.Ordinal) && text.Split(": ", 2) is [var rule, var detail])
        {
            // Said by a converter of the contract, in the contract's own words.
            return new BrokenRule(rule, detail);
        }

        var all = $"{text} {exception.InnerException?.Message}";
        var kind = Array.Find(Kinds, kind => all.Contains(kind.Text, StringComparison.Ordinal));
        if (kind.Name is not null)
        {
            return new BrokenRule(kind.Name, kind.Detail.Replace("{0}", Quoted(text), StringComparison.Ordinal) + Place(exception));
        }

        var name = NameOf(exception);
        return new BrokenRule(name, (name == Malformed ? Harmless(text) : Wanted(exception.Path)) + Place(exception));
    }

    private static string Wanted(string? path) => path?.Split('.')[^1] switch
    {
        "orderId" => "a UUID with hyphens is wanted",
        "placedAt" => "an ISO 8601 time with an offset is wanted",
        "customerId" or "currency" or "sku" => "a text is wanted",
        "quantity" => "a whole number is wanted, written without fraction or exponent",
        "total" or "unitPrice" => "a number is wanted",
        "lines" => "an array is wanted",
        "$" => "an object is wanted",
        _ => "a line is an object",
    };

    // What the reader could not read carries its exception inside; a text that is no number, date or id carries a format error; what is
    // left is of another kind than the member.
    private static string NameOf(JsonException exception) => exception switch
    {
        { InnerException: JsonException } => Malformed,
        { InnerException: FormatException } => "decode.invalid_value",
        { Path: "$" } => "decode.wrong_root_type",
        _ => "decode.wrong_type",
    };

    // The framework appends path and position for developers; they are said in fewer words below.
    private static string WithoutPlace(string message)
    {
        var path = message.IndexOf(" Path: ", StringComparison.Ordinal);
        var end = path >= 0 ? path : message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        var text = (end >= 0 ? message[..end] : message).TrimEnd('.');

        // Advice for whoever programs the reader.
        return text.Replace(" which is not supported in this mode. Change the reader options", " which is not allowed", StringComparison.Ordinal);
    }

    // 'a', 'b' after the colon of a list; else the first name in quotes.
    private static string Quoted(string text)
    {
        var list = text.LastIndexOf(": ", StringComparison.Ordinal);
        return Harmless(list >= 0 ? text[(list + 2)..] : text.Split('\'') is [_, var name, ..] ? $"'{name}'" : "");
    }

    private static string Place(JsonException exception)
    {
        var member = exception.Path is { Length: > 1 } path ? $" at {Printable.Clip(path)}" : "";
        return exception.BytePositionInLine is { } position ? $"{member}, byte {position + 1}" : member;
    }

    // The text can quote the line, and is longer than what is clipped in one go.
    private static string Harmless(string text)
    {
        const int MaxLength = 256;
        return string.Concat(text.Take(MaxLength).Chunk(Printable.MaxLength).Select(piece => Printable.Clip(new string(piece))));
    }
}
