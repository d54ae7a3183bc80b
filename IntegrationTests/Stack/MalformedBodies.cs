using System.Text;
using Infrastructure.RabbitMq;

namespace IntegrationTests.Stack;

/// <summary>A body that must become a dead letter.</summary>
internal sealed record MalformedBody(string Name, byte[] Body, string Reason, string? ContentType = MessageHeaders.PlainJson, string? ContentEncoding = null);

/// <summary>What strangers, bugs and attackers send, each with the one reason it must be refused for.</summary>
internal static class MalformedBodies
{
    private const string Id = "01a1fd35-d4f1-7146-89e3-000000000001";
    private const string Line = """{"sku":"SKU-1","quantity":2,"unitPrice":2.50}""";

    public static IReadOnlyList<MalformedBody> All { get; } =
    [
        // No JSON, or no JSON of the right shape.
        new("nothing", [], "decode.empty_body"),
        Text("a word", "hello", "decode.malformed_json"),
        Text("white space", "   ", "decode.malformed_json"),
        Text("cut off", Order()[..40], "decode.malformed_json"),
        Text("one brace missing", Order()[..^1], "decode.malformed_json"),
        Text("one brace too many", Order() + "}", "decode.malformed_json"),
        Text("two orders", Order() + Order(), "decode.malformed_json"),
        Text("a trailing comma", Order().Replace("]}", "],}"), "decode.malformed_json"),
        Text("a comment", "/* order */" + Order(), "decode.malformed_json"),
        Text("single quotes", Order().Replace('"', '\''), "decode.malformed_json"),
        Text("NaN", Order(total: "NaN"), "decode.malformed_json"),
        Text("a leading plus", Order(total: "+5.00"), "decode.malformed_json"),
        Text("a leading zero", Order(total: "05.00"), "decode.malformed_json"),
        Text("a raw line break in a text", Order(customerId: "c\n1"), "decode.malformed_json"),
        Text("XML", "<order/>", "decode.malformed_json"),
        new("a byte order mark", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Order())], "decode.malformed_json"),
        new("UTF-16", Encoding.Unicode.GetBytes(Order()), "decode.malformed_json"),
        new("invalid UTF-8", [.. Encoding.UTF8.GetBytes("""{"orderId":"x","customerId":" """), 0xC3, 0x28, .. "\"}"u8], "decode.invalid_utf8"),
        new("an encoded surrogate", [.. "{\"customerId\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8], "decode.invalid_utf8"),
        Text("an array", $"[{Order()}]", "decode.wrong_root_type"),
        Text("a string", "\"order\"", "decode.wrong_root_type"),
        Text("a number", "42", "decode.wrong_root_type"),
        Text("null", "null", "decode.wrong_root_type"),
        Text("seventeen arrays", new string('[', 17) + new string(']', 17), "decode.depth_exceeded"),
        Text("ten thousand arrays", new string('[', 10_000) + new string(']', 10_000), "decode.depth_exceeded"),
        Text("a deep member", Order().Replace("\"lines\"", "\"x\":" + new string('[', 20) + new string(']', 20) + ",\"lines\""), "decode.depth_exceeded"),
        Text("more than 1 MiB", Order(customerId: new string('c', 1024 * 1024)), "decode.body_too_large"),

        // Members.
        Text("an empty object", "{}", "decode.missing_member"),
        Text("no orderId", Order().Replace($"\"orderId\":\"{Id}\",", ""), "decode.missing_member"),
        Text("no lines", Order().Replace($",\"lines\":[{Line}]", ""), "decode.missing_member"),
        Text("no sku", Order(lines: """[{"quantity":2,"unitPrice":2.50}]"""), "decode.missing_member"),
        Text("an unknown member", Order().Replace("\"total\"", "\"note\":\"x\",\"total\""), "decode.unknown_member"),
        Text("an unknown member of a line", Order(lines: Line.Replace("{", "[{\"note\":1,") + "]"), "decode.unknown_member"),
        Text("a member in capitals", Order().Replace("orderId", "OrderId"), "decode.unknown_member"),
        Text("orderId twice", Order().Replace("\"total\"", $"\"orderId\":\"{Id}\",\"total\""), "decode.duplicate_member"),
        Text("lines twice", Order().Replace("\"total\"", "\"lines\":[],\"total\""), "decode.duplicate_member"),
        Text("quantity twice", Order(lines: Line.Replace("{", "[{\"quantity\":2,") + "]"), "decode.duplicate_member"),

        // Types and values.
        Text("orderId null", Order().Replace($"\"{Id}\"", "null"), "decode.wrong_type"),
        Text("customerId a number", Order().Replace("\"c-1\"", "1"), "decode.wrong_type"),
        Text("total a text", Order(total: "\"5.00\""), "decode.wrong_type"),
        Text("total null", Order(total: "null"), "decode.wrong_type"),
        Text("lines an object", Order(lines: "{}"), "decode.wrong_type"),
        Text("a line null", Order(lines: "[null]"), "decode.wrong_type"),
        Text("quantity a text", Order(lines: "[" + Line.Replace(":2,", ":\"2\",") + "]"), "decode.wrong_type"),
        Text("orderId no UUID", Order().Replace(Id, "4711"), "decode.invalid_value"),
        Text("orderId without hyphens", Order().Replace(Id, Id.Replace("-", "")), "decode.invalid_value"),
        Text("placedAt no time", Order(placedAt: "yesterday"), "decode.invalid_value"),
        Text("placedAt the 30th of February", Order(placedAt: "2026-02-30T10:00:00Z"), "decode.invalid_value"),
        Text("quantity a fraction", Order(lines: $"[{Line.Replace(":2,", ":2.5,")}]"), "decode.invalid_value"),

        // Rules.
        Text("placedAt without offset", Order(placedAt: "2026-11-20T23:15:01"), "rule.placed_at_offset"),
        Text("placedAt a date", Order(placedAt: "2026-11-20"), "rule.placed_at_offset"),
        Text("customerId empty", Order(customerId: ""), "rule.customer_id_length"),
        Text("customerId of 65 characters", Order(customerId: new string('ü', 65)), "rule.customer_id_length"),
        Text("a NUL", Order(customerId: "c\\u0000"), "rule.nul_character"),
        Text("half a surrogate pair", Order(customerId: "c\\ud83d"), "rule.lone_surrogate"),
        Text("currency in small letters", Order().Replace("EUR", "eur"), "rule.currency_format"),
        Text("currency of four letters", Order().Replace("EUR", "EURO"), "rule.currency_format"),
        Text("no line", Order(total: "0", lines: "[]"), "rule.lines_count"),
        Text("sku empty", Order(lines: $"[{Line.Replace("SKU-1", "")}]"), "rule.sku_length"),
        Text("quantity zero", Order(total: "0", lines: $"[{Line.Replace(":2,", ":0,")}]"), "rule.quantity_range"),
        Text("quantity negative", Order(total: "-5", lines: $"[{Line.Replace(":2,", ":-2,")}]"), "rule.total_range"),
        Text("quantity beyond an integer", Order(lines: $"[{Line.Replace(":2,", ":99999999999,")}]"), "rule.quantity_range"),
        Text("unitPrice negative", Order(total: "5", lines: $"[{Line.Replace("2.50", "-2.50")}]"), "rule.unit_price_range"),
        Text("unitPrice of five decimals", Order(lines: $"[{Line.Replace("2.50", "2.50001")}]"), "rule.unit_price_decimals"),
        Text("unitPrice beyond its column", Order(lines: $"[{Line.Replace("2.50", "100000000000000")}]"), "rule.unit_price_range"),
        Text("total of three decimals", Order(total: "5.001"), "rule.total_decimals"),
        Text("total beyond its column", Order(total: "1e17"), "rule.total_range"),
        Text("total one cent off", Order(total: "5.01"), "rule.total_mismatch"),

        // Envelopes and properties.
        Text("an envelope without message", """{"messageId":"x"}""", "decode.missing_member") with { ContentType = MessageHeaders.Envelope },
        Text("an envelope with two", $$"""{"message":{{Order()}},"message":{{Order()}}}""", "decode.duplicate_member") with { ContentType = MessageHeaders.Envelope },
        Text("an envelope around a text", """{"message":"order"}""", "decode.wrong_type") with { ContentType = MessageHeaders.Envelope },
        Text("an envelope that nests", $$"""{"headers":{{new string('[', 20)}}{{new string(']', 20)}}}""", "decode.depth_exceeded") with { ContentType = MessageHeaders.Envelope },
        Text("a text for an amount", $$"""{"message":{{Order(total: "\"five\"")}}}""", "decode.invalid_value") with { ContentType = MessageHeaders.Envelope },
        Text("another content type", Order(), "decode.content_type_unsupported") with { ContentType = "text/csv" },
        Text("a compressed body", Order(), "decode.content_encoding_unsupported") with { ContentEncoding = "gzip" },
    ];

    private static string Order(
        string customerId = "c-1", string placedAt = "2026-11-20T23:15:01Z", string total = "5.00", string lines = $"[{Line}]") =>
        $$"""{"orderId":"{{Id}}","customerId":"{{customerId}}","placedAt":"{{placedAt}}","currency":"EUR","total":{{total}},"lines":{{lines}}}""";

    private static MalformedBody Text(string name, string body, string reason) => new(name, Encoding.UTF8.GetBytes(body), reason);
}
