using System.Text;
using System.Text.Json;
using Contracts;
using UnitTests.Support;

namespace UnitTests.Contracts;

public sealed class OrderJsonTests
{
    [Fact]
    public void An_order_comes_back_as_it_went() => ForAny.Case(
        AnyOrder.From,
        order => order.ToString(),
        order =>
        {
            var read = JsonSerializer.Deserialize(Some.Body(order), OrderJson.Default.OrderSubmitted)!;
            Assert.Equal(order with { Lines = [] }, read with { Lines = [] });
            Assert.Equal(order.Lines, read.Lines);
        },
        cases: 1000);

    [Fact]
    public void Members_are_written_in_camel_case_and_in_their_sequence() =>
        Assert.Equal(Some.With("23:15:01Z", "23:15:01+00:00"), Encoding.UTF8.GetString(Some.Body()).Replace("\\u002B", "+", StringComparison.Ordinal));

    [Theory]
    [InlineData("\"currency\":\"EUR\",", "")]
    [InlineData("\"currency\"", "\"Currency\"")]
    [InlineData("\"currency\":", "\"currency\":\"EUR\",\"currency\":")]
    [InlineData("\"EUR\"", "null")]
    [InlineData("37.50", "\"37.50\"")]
    [InlineData("{\"orderId\"", "{\"note\":1,\"orderId\"")]
    [InlineData("2026-11-20T23:15:01Z", "2026-11-20T23:15:01")]
    [InlineData("2026-11-20T23:15:01Z", "2026-11-20")]
    [InlineData("}]}", "}],}")]
    [InlineData("}]}", "}]} //")]
    public void Reading_is_strict(string part, string instead) => AssertRefused(Some.With(part, instead));

    [Theory]
    [InlineData("12.5", "12.50000000000000000000000000000000001")]
    [InlineData("12.5", "1250000000000000000000000000000000001e-35")]
    [InlineData("37.50", "37.50000000000000000000000000000000001")]
    public void An_amount_that_a_decimal_would_round_is_refused(string part, string instead) => AssertRefused(Some.With(part, instead));

    // Not just what rounds into an amount's range: also what rounds onto its limits, and what is out of range for a unit price and not for a total.
    [Theory]
    [InlineData("0", "-0.00000000000000000000000000000000001", "0")]
    [InlineData("0", "-1e-30", "0")]
    [InlineData("0", "0", "-1e-30")]
    [InlineData("99999999999999.9999", "99999999999999.99990000000000000000000000000001", "100000000000000")]
    [InlineData("99999999999999.9999", "99999999999999.9999", "100000000000000.0000000000000000000000000001")]
    public void An_amount_that_a_decimal_would_round_onto_a_limit_is_refused(string exact, string unitPrice, string total)
    {
        const string order =
            """{"orderId":"0193b2a4-7c1e-7d00-8a2b-5f6c7d8e9f00","customerId":"c","placedAt":"2026-11-20T23:15:01Z","currency":"EUR","total":TOTAL,"lines":[{"sku":"a","quantity":1,"unitPrice":PRICE}]}""";
        var rounded = exact == "0" ? "0" : "100000000000000";
        Assert.NotNull(PlainReading.Of(Encoding.UTF8.GetBytes(Fill(exact, rounded))));

        Assert.Null(PlainReading.Of(Encoding.UTF8.GetBytes(Fill(unitPrice, total))));

        static string Fill(string unitPrice, string total) =>
            order.Replace("TOTAL", total, StringComparison.Ordinal).Replace("PRICE", unitPrice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_is_null_is_refused_and_does_not_throw()
    {
        var body = Some.OrderJsonText[..(Some.OrderJsonText.IndexOf('[', StringComparison.Ordinal) + 1)] + "null]}";

        Assert.Null(PlainReading.Of(Encoding.UTF8.GetBytes(body)));
    }

    private static void AssertRefused(string body) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(body, OrderJson.Default.OrderSubmitted));
}
