using System.Text;
using System.Text.Json;
using Contracts;

namespace Worker.Intake.Decoding;

/// <summary>Why a message cannot become an order: the reason of its dead letter.</summary>
/// <param name="Reason">For machines.</param>
/// <param name="Detail">For people, in one printable line.</param>
internal sealed record Refusal(string Reason, string Detail)
{
    public static readonly Refusal EmptyBody = new("decode.empty_body", "the body is empty");

    public static readonly Refusal InvalidUtf8 = new("decode.invalid_utf8", "the body is not valid UTF-8");

    public static Refusal BodyTooLarge(int length) => new("decode.body_too_large",
        $"the body has {length} bytes; at most {OrderRules.MaxBodyBytes} are allowed");

    public static Refusal ContentType(string contentType) => new("decode.content_type_unsupported",
        $"the content type is {Printable.Quote(contentType)}; application/json and application/vnd.masstransit+json are understood");

    public static Refusal ContentEncoding(string contentEncoding) => new("decode.content_encoding_unsupported",
        $"the content encoding is {Printable.Quote(contentEncoding)}; bodies are read as they are, in UTF-8");

    public static Refusal MalformedJson(JsonException exception) => new("decode.malformed_json",
        $"the body is not JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");

    public static Refusal DepthExceeded() => new("decode.depth_exceeded",
        $"the body nests deeper than {OrderRules.MaxDepth} levels");

    public static Refusal WrongRootType(JsonTokenType type) => new("decode.wrong_root_type",
        $"the body is {KindOf(type)}; an object is wanted");

    public static Refusal UnknownMember(string owner, ReadOnlySpan<byte> name) => new("decode.unknown_member",
        $"{owner} has a member {Printable.Quote(Encoding.UTF8.GetString(name))}, which is none of an order's");

    public static Refusal DuplicateMember(string owner, string name) => new("decode.duplicate_member",
        $"{owner} has two members \"{name}\"");

    public static Refusal MissingMember(string owner, string names) => new("decode.missing_member",
        $"{owner} has no {names}");

    public static Refusal WrongType(string member, JsonTokenType seen, string wanted) => new("decode.wrong_type",
        $"{member} is {KindOf(seen)}; {wanted} is wanted");

    public static Refusal InvalidValue(string member, ReadOnlySpan<byte> seen, string wanted) => new("decode.invalid_value",
        $"{member} is {Printable.Quote(Encoding.UTF8.GetString(seen))}; {wanted} is wanted");

    public static implicit operator Refusal(BrokenRule broken) => new(broken.Name, broken.Detail);

    private static string KindOf(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };
}
