using System.Text.RegularExpressions;
using RabbitMQ.Client.Exceptions;

namespace Infrastructure.RabbitMq;

/// <summary>A queue or exchange exists with other arguments than this version of the service declares.</summary>
public sealed partial class TopologyMismatchException : Exception
{
    private TopologyMismatchException(string kind, string name, string argument, string found, string wanted, Exception cause)
        : base(
            $"The {kind} '{name}' exists with {argument} = {found}, but {wanted} is wanted. " +
            $"Either drain and delete that {kind}, so that it is declared anew, or set RabbitMq:Pipeline (now '{BaseName(name)}') to a name of its own.",
            cause)
    {
        Kind = kind;
        Name = name;
        Argument = argument;
        Found = found;
        Wanted = wanted;
    }

    /// <summary>What it is: <c>queue</c> or <c>exchange</c>.</summary>
    public string Kind { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The argument that differs, such as <c>x-delivery-limit</c> or <c>durable</c>.</summary>
    public string Argument { get; }

    /// <summary>The value it has; <c>none</c> when the argument is not there.</summary>
    public string Found { get; }

    /// <summary>The value it should have.</summary>
    public string Wanted { get; }

    /// <summary>Reads the broker's refusal; <see langword="null"/> when it is about something else.</summary>
    internal static TopologyMismatchException? From(OperationInterruptedException refused)
    {
        var match = InequivalentArgument().Match(refused.ShutdownReason?.ReplyText ?? "");
        return match.Success
            ? new TopologyMismatchException(
                match.Groups["kind"].Value,
                match.Groups["name"].Value,
                match.Groups["argument"].Value,
                Value(match.Groups["found"].Value),
                Value(match.Groups["wanted"].Value),
                refused)
            : null;
    }

    private static string BaseName(string name) => name.EndsWith(".dead", StringComparison.Ordinal) ? name[..^".dead".Length] : name;

    // The broker writes a value as 'x' or as: the value 'x' of type 'signedint'
    private static string Value(string text)
    {
        var quoted = QuotedValue().Match(text);
        return quoted.Success ? quoted.Groups["value"].Value : text.Trim();
    }

    [GeneratedRegex("inequivalent arg '(?<argument>[^']+)' for (?<kind>\\w+) '(?<name>[^']*)' in vhost '[^']*': received (?<wanted>.+) but current is (?<found>.+)$")]
    private static partial Regex InequivalentArgument();

    [GeneratedRegex("^(?:the value )?'(?<value>[^']*)'")]
    private static partial Regex QuotedValue();
}
