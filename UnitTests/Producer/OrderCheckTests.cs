using System.Text;
using Producer.Publish;
using UnitTests.Support;

namespace UnitTests.Producer;

public sealed class OrderCheckTests
{
    [Fact]
    public void A_valid_order_passes_and_gives_its_id()
    {
        Assert.Null(OrderCheck.Check(Some.Body(), out var id));
        Assert.Equal(Some.Order.OrderId, id);
    }

    [Theory]
    [InlineData("\"currency\":\"EUR\",", "", "decode.missing_member: a member is missing: 'currency', byte ")]
    [InlineData("{\"orderId\"", "{\"prio\":1,\"orderId\"", "decode.unknown_member: a member is not known: 'prio' at $.prio, byte ")]
    [InlineData("\"currency\":\"EUR\",", "\"currency\":\"EUR\",\"currency\":\"EUR\",", "decode.duplicate_member: a member is named twice: 'currency' at $.currency, byte ")]
    [InlineData("\"currency\":\"EUR\"", "\"currency\":null", "decode.wrong_type: null is not allowed at $.currency, byte ")]
    [InlineData("37.50", "\"37.50\"", "decode.wrong_type: ")]
    [InlineData("\"quantity\":2", "\"quantity\":2.5", "decode.invalid_value: ")]
    [InlineData("0193b2a4", "x193b2a4", "decode.invalid_value: ")]
    [InlineData("2026-11-20T23:15:01Z", "tomorrow", "decode.invalid_value: ")]
    [InlineData("2026-11-20T23:15:01Z", "2026-11-20T23:15:01", "rule.placed_at_offset: placedAt is \"2026-11-20T23:15:01\"; ")]
    [InlineData("customer-17", "\\ud800", "rule.lone_surrogate: ")]
    [InlineData("customer-17", "\\u0000", "rule.nul_character: ")]
    [InlineData("37.50", "37.51", "rule.total_mismatch: total is 37.51, but the lines add up to 37.5")]
    [InlineData("37.50", "37.", "decode.malformed_json: ")]
    [InlineData("}]}", "}]}}", "decode.malformed_json: ")]
    [InlineData("}]}", "}]", "decode.malformed_json: ")]
    public void A_broken_order_is_refused_with_name_and_reason(string part, string instead, string refusal) =>
        Assert.StartsWith(refusal, Refusal(Some.With(part, instead)), StringComparison.Ordinal);

    [Theory]
    [InlineData("null", "decode.wrong_root_type")]
    [InlineData("[]", "decode.wrong_root_type")]
    [InlineData("\"order\"", "decode.wrong_root_type")]
    [InlineData("order", "decode.malformed_json")]
    [InlineData("{}", "decode.missing_member")]
    public void What_is_no_order_at_all_is_refused(string line, string name) =>
        Assert.StartsWith(name + ": ", Refusal(line), StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_no_utf_8_are_refused()
    {
        var line = Some.Body();
        line[^3] = 0xFF;

        Assert.Equal("decode.invalid_utf8", OrderCheck.Check(line, out _)?.Name);
    }

    [Fact]
    public void Nothing_from_the_line_reaches_the_terminal_unescaped()
    {
        var refusal = Refusal(Some.With("{\"orderId\"", "{\"\\u001b[2J\\u202e" + new string('k', 500) + "\":1,\"orderId\""));

        Assert.StartsWith("decode.unknown_member", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', refusal);
        Assert.DoesNotContain('\u202e', refusal);
        Assert.InRange(refusal.Length, 1, 800);
    }

    private static string Refusal(string line) => OrderCheck.Check(Encoding.UTF8.GetBytes(line), out _)?.ToString() ?? "accepted";
}
