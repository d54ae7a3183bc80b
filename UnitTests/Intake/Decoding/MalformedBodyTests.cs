using System.Text;
using Contracts;
using UnitTests.Support;
using Worker.Intake;
using Worker.Intake.Decoding;

namespace UnitTests.Intake.Decoding;

/// <summary>What is wrong with a body, and what its dead letter says about it.</summary>
public sealed class MalformedBodyTests
{
    /// <summary>In the known order, something is replaced; then the reason and the sentence.</summary>
    public static TheoryData<string, string, string, string> SpoiledOrders => new()
    {
        // Members
        { "\"currency\":\"EUR\",", "", "decode.missing_member", "the order has no currency" },
        { "\"orderId\":\"0193b2a4-7c1e-7d00-8a2b-5f6c7d8e9f00\",\"customerId\":\"customer-17\",", "", "decode.missing_member", "the order has no orderId, customerId" },
        { "\"currency\":", "\"currency\":\"EUR\",\"currency\":", "decode.duplicate_member", "the order has two members \"currency\"" },
        { "\"total\":37.50", "\"total\":37.50,\"tot\\u0061l\":37.50", "decode.duplicate_member", "the order has two members \"total\"" },
        { "\"currency\"", "\"Currency\"", "decode.unknown_member", "the order has a member \"Currency\", which is none of an order's" },
        { "{\"orderId\"", "{\"note\":\"x\",\"orderId\"", "decode.unknown_member", "the order has a member \"note\", which is none of an order's" },
        { "{\"orderId\"", "{\"\":1,\"orderId\"", "decode.unknown_member", "the order has a member \"\", which is none of an order's" },
        { ",\"quantity\":2", "", "decode.missing_member", "lines[0] has no quantity" },
        { "{\"sku\":\"SKU-2\",\"quantity\":1,\"unitPrice\":12.5}", "{}", "decode.missing_member", "lines[1] has no sku, quantity, unitPrice" },
        { "\"quantity\":2", "\"quantity\":2,\"quantity\":2", "decode.duplicate_member", "lines[0] has two members \"quantity\"" },
        { "\"unitPrice\":12.5}]", "\"unitPrice\":12.5,\"unitPrice\":12.5}]", "decode.duplicate_member", "lines[1] has two members \"unitPrice\"" },
        { "\"quantity\":2", "\"quantity\":2,\"colour\":\"red\"", "decode.unknown_member", "lines[0] has a member \"colour\", which is none of an order's" },

        // Types
        { "\"0193b2a4-7c1e-7d00-8a2b-5f6c7d8e9f00\"", "17", "decode.wrong_type", "orderId is a number; a string is wanted" },
        { "\"customer-17\"", "null", "decode.wrong_type", "customerId is null; a string is wanted" },
        { "\"2026-11-20T23:15:01Z\"", "1763680501", "decode.wrong_type", "placedAt is a number; a string is wanted" },
        { "\"EUR\"", "true", "decode.wrong_type", "currency is a boolean; a string is wanted" },
        { "37.50", "\"37.50\"", "decode.wrong_type", "total is a string; a number is wanted" },
        { "37.50", "{\"amount\":37.50}", "decode.wrong_type", "total is an object; a number is wanted" },
        { "[{\"sku\":\"SKU-1\",\"quantity\":2,\"unitPrice\":12.5},{\"sku\":\"SKU-2\",\"quantity\":1,\"unitPrice\":12.5}]", "{}", "decode.wrong_type", "lines is an object; an array is wanted" },
        { "[{\"sku\":\"SKU-1\",\"quantity\":2,\"unitPrice\":12.5}", "[null", "decode.wrong_type", "lines[0] is null; an object is wanted" },
        { "{\"sku\":\"SKU-2\",\"quantity\":1,\"unitPrice\":12.5}", "[]", "decode.wrong_type", "lines[1] is an array; an object is wanted" },
        { "\"SKU-2\"", "2", "decode.wrong_type", "lines[1].sku is a number; a string is wanted" },
        { "\"quantity\":2", "\"quantity\":\"2\"", "decode.wrong_type", "lines[0].quantity is a string; a whole number is wanted" },
        { "\"unitPrice\":12.5}]", "\"unitPrice\":false}]", "decode.wrong_type", "lines[1].unitPrice is a boolean; a number is wanted" },

        // Values
        { "0193b2a4-7c1e-7d00-8a2b-5f6c7d8e9f00", "0193b2a47c1e7d008a2b5f6c7d8e9f00", "decode.invalid_value", "orderId is \"0193b2a47c1e7d008a2b5f6c7d8e9f00\"; a UUID with hyphens is wanted" },
        { "0193b2a4-7c1e-7d00-8a2b-5f6c7d8e9f00", "", "decode.invalid_value", "orderId is \"\"; a UUID with hyphens is wanted" },
        { "2026-11-20T23:15:01Z", "yesterday", "decode.invalid_value", "placedAt is \"yesterday\"; an ISO 8601 time is wanted" },
        { "2026-11-20T23:15:01Z", "2026-02-30T00:00:00Z", "decode.invalid_value", "placedAt is \"2026-02-30T00:00:00Z\"; an ISO 8601 time is wanted" },
        { "\"quantity\":2", "\"quantity\":2.0", "decode.invalid_value", "lines[0].quantity is \"2.0\"; a whole number is wanted" },
        { "\"quantity\":2", "\"quantity\":2e0", "decode.invalid_value", "lines[0].quantity is \"2e0\"; a whole number is wanted" },

        // Rules
        { "2026-11-20T23:15:01Z", "2026-11-20T23:15:01", "rule.placed_at_offset", "placedAt is \"2026-11-20T23:15:01\"; a time with an offset is wanted, such as 2026-11-20T23:15:01Z" },
        { "2026-11-20T23:15:01Z", "2026-11-20", "rule.placed_at_offset", "placedAt is \"2026-11-20\"; a time with an offset is wanted, such as 2026-11-20T23:15:01Z" },
        { "customer-17", "", "rule.customer_id_length", "customerId has 0 characters; 1 to 64 are allowed" },
        { "EUR", "eur", "rule.currency_format", "currency is \"eur\"; 3 capital letters A to Z are wanted" },
        { "EUR", "EURO", "rule.currency_format", "currency is \"EURO\"; 3 capital letters A to Z are wanted" },
        { "\"EUR\"", "\"\\u001b[2J\"", "rule.currency_format", "currency is \"\\u001b[2J\"; 3 capital letters A to Z are wanted" },
        { "SKU-1", "", "rule.sku_length", "lines[0].sku has 0 characters; 1 to 64 are allowed" },
        { "\"quantity\":2", "\"quantity\":0", "rule.quantity_range", "lines[0].quantity is 0; 1 to 1000000 are allowed" },
        { "\"quantity\":2", "\"quantity\":-1", "rule.quantity_range", "lines[0].quantity is -1; 1 to 1000000 are allowed" },
        { "\"quantity\":2", "\"quantity\":1000001", "rule.quantity_range", "lines[0].quantity is 1000001; 1 to 1000000 are allowed" },
        { "\"quantity\":2", "\"quantity\":99999999999", "rule.quantity_range", "lines[0].quantity is 99999999999; 1 to 1000000 are allowed" },
        { "\"unitPrice\":12.5}]", "\"unitPrice\":-0.01}]", "rule.unit_price_range", "lines[1].unitPrice is -0.01; 0 to 99999999999999.9999 are allowed" },
        { "\"unitPrice\":12.5}]", "\"unitPrice\":1e14}]", "rule.unit_price_range", "lines[1].unitPrice is 1e14; 0 to 99999999999999.9999 are allowed" },
        { "\"unitPrice\":12.5}]", "\"unitPrice\":1.00001}]", "rule.unit_price_decimals", "lines[1].unitPrice is 1.00001; at most 4 decimals are allowed" },
        { "37.50", "-37.50", "rule.total_range", "total is -37.50; 0 to 9999999999999999.99 are allowed" },
        { "37.50", "10000000000000000", "rule.total_range", "total is 10000000000000000; 0 to 9999999999999999.99 are allowed" },
        { "37.50", "37.501", "rule.total_decimals", "total is 37.501; at most 2 decimals are allowed" },
        { "37.50", "37.51", "rule.total_mismatch", "total is 37.51, but the lines add up to 37.50" },
        { "customer-17", "custom\\u0000er", "rule.nul_character", "customerId holds the character U+0000, which cannot be stored" },
        { "customer-17", "\\ud83d", "rule.lone_surrogate", "customerId holds half of a surrogate pair, which is no character" },
        { "SKU-2", "\\ude00\\ud83d", "rule.lone_surrogate", "lines[1].sku holds half of a surrogate pair, which is no character" },
        { "SKU-1", "a\\u0000", "rule.nul_character", "lines[0].sku holds the character U+0000, which cannot be stored" },
    };

    /// <summary>Bodies that are no JSON of an order at all.</summary>
    public static TheoryData<string, string, string> OtherBodies => new()
    {
        { "", "decode.empty_body", "the body is empty" },
        { " ", "decode.malformed_json", "the body is not JSON: line 1, byte 2" },
        { "null", "decode.wrong_root_type", "the body is null; an object is wanted" },
        { "true", "decode.wrong_root_type", "the body is a boolean; an object is wanted" },
        { "17", "decode.wrong_root_type", "the body is a number; an object is wanted" },
        { "\"order\"", "decode.wrong_root_type", "the body is a string; an object is wanted" },
        { "[]", "decode.wrong_root_type", "the body is an array; an object is wanted" },
        { "{", "decode.malformed_json", "the body is not JSON: line 1, byte 2" },
        { "{\n  \"orderId\": 'a'\n}", "decode.malformed_json", "the body is not JSON: line 2, byte 14" },
        { "<order/>", "decode.malformed_json", "the body is not JSON: line 1, byte 1" },
        { "\0", "decode.malformed_json", "the body is not JSON: line 1, byte 1" },
        { "\ufeff{}", "decode.malformed_json", "the body is not JSON: line 1, byte 1" },
        { "{} {}", "decode.malformed_json", "the body is not JSON: line 1, byte 4" },
        { "{}", "decode.missing_member", "the order has no orderId, customerId, placedAt, currency, total, lines" },
        { "/* order */ {}", "decode.malformed_json", "the body is not JSON: line 1, byte 1" },
        { "{\"lines\":[],}", "decode.malformed_json", "the body is not JSON: line 1, byte 13" },
        { "{\"total\":NaN}", "decode.malformed_json", "the body is not JSON: line 1, byte 10" },
        { "{\"total\":01}", "decode.malformed_json", "the body is not JSON: line 1, byte 11" },
        { "{\"customerId\":\"a\nb\"}", "decode.malformed_json", "the body is not JSON: line 1, byte 17" },
    };

    [Theory]
    [MemberData(nameof(SpoiledOrders))]
    public void A_spoiled_order_is_refused_with_its_reason(string part, string instead, string reason, string detail) =>
        AssertRefused(Encoding.UTF8.GetBytes(ReplaceFirst(part, instead)), reason, detail);

    [Theory]
    [MemberData(nameof(OtherBodies))]
    public void What_is_no_order_at_all_is_refused_with_its_reason(string body, string reason, string detail) =>
        AssertRefused(Encoding.UTF8.GetBytes(body), reason, detail);

    [Fact]
    public void The_order_that_all_others_are_made_from_is_accepted() => DecodedBody.Of(Some.OrderJsonText).AssertHolds(Some.Order);

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xC3, (byte)'"', (byte)'}' })]
    [InlineData(new byte[] { (byte)'"', 0xED, 0xA0, 0x80, (byte)'"' })]
    [InlineData(new byte[] { (byte)'"', 0xC0, 0x80, (byte)'"' })]
    public void Bytes_that_are_no_utf8_are_refused(byte[] body) =>
        AssertRefused(body, "decode.invalid_utf8", "the body is not valid UTF-8");

    [Fact]
    public void A_body_of_1_MiB_is_read_and_one_byte_more_is_refused()
    {
        var padding = OrderRules.MaxBodyBytes - Some.OrderJsonText.Length;
        DecodedBody.Of(Some.OrderJsonText + new string(' ', padding)).AssertHolds(Some.Order);

        AssertRefused(Encoding.UTF8.GetBytes(Some.OrderJsonText + new string(' ', padding + 1)),
            "decode.body_too_large", "the body has 1048577 bytes; at most 1048576 are allowed");
    }

    [Fact]
    public void Sixteen_levels_are_looked_into_and_seventeen_are_refused_as_such()
    {
        var sixteen = "{\"a\":" + new string('[', 15) + new string(']', 15) + "}";
        AssertRefused(Encoding.UTF8.GetBytes(sixteen), "decode.unknown_member", "the order has a member \"a\", which is none of an order's");

        var seventeen = "{\"a\":" + new string('[', 16) + new string(']', 16) + "}";
        AssertRefused(Encoding.UTF8.GetBytes(seventeen), "decode.depth_exceeded", "the body nests deeper than 16 levels");
    }

    [Fact]
    public void A_body_of_nothing_but_opening_brackets_is_refused_for_its_depth() =>
        AssertRefused(Encoding.UTF8.GetBytes(new string('[', OrderRules.MaxBodyBytes)), "decode.depth_exceeded", "the body nests deeper than 16 levels");

    [Fact]
    public void What_is_no_json_is_refused_as_that_whatever_comes_before() =>
        AssertRefused("{\"note\":1,]"u8.ToArray(), "decode.malformed_json", "the body is not JSON: line 1, byte 11");

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, "rule.customer_id_length")]
    public void A_customer_id_is_measured_in_code_points(int length, string? reason)
    {
        var emoji = string.Concat(Enumerable.Repeat("\U0001F600", length));

        Assert.Equal(reason, DecodedBody.Of(Some.With("customer-17", emoji)).Refusal?.Reason);
    }

    [Theory]
    [InlineData(OrderRules.MaxLines, null, null)]
    [InlineData(OrderRules.MaxLines + 1, "rule.lines_count", "the order has 10001 lines; 1 to 10000 are allowed")]
    [InlineData(OrderRules.MaxLines + 500, "rule.lines_count", "the order has 10500 lines; 1 to 10000 are allowed")]
    [InlineData(0, "rule.lines_count", "the order has 0 lines; 1 to 10000 are allowed")]
    public void Lines_are_counted_to_the_last(int count, string? reason, string? detail)
    {
        var lines = string.Join(',', Enumerable.Repeat("{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":0}", count));
        var body = Some.OrderJsonText[..Some.OrderJsonText.IndexOf("\"total\"", StringComparison.Ordinal)] + $"\"total\":0,\"lines\":[{lines}]}}";

        var refusal = DecodedBody.Of(body).Refusal;

        Assert.Equal((reason, detail), (refusal?.Reason, refusal?.Detail));
    }

    [Fact]
    public void A_total_rounds_half_a_hundredth_away_from_zero()
    {
        var body = Some.OrderJsonText.Replace("12.5}]", "12.505}]", StringComparison.Ordinal);

        Assert.Null(DecodedBody.Of(body.Replace("37.50", "37.51", StringComparison.Ordinal)).Refusal);
        Assert.Equal("total is 37.50, but the lines add up to 37.51", DecodedBody.Of(body).Refusal!.Detail);
    }

    private static void AssertRefused(byte[] body, string reason, string detail)
    {
        var refusal = DecodedBody.Of(body).Refusal;
        Assert.Equal(new Refusal(reason, detail), refusal);
    }

    private static string ReplaceFirst(string part, string instead)
    {
        var at = Some.OrderJsonText.IndexOf(part, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{part} is no part of the order");
        return Some.OrderJsonText[..at] + instead + Some.OrderJsonText[(at + part.Length)..];
    }
}
