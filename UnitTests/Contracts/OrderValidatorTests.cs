using Contracts;
using UnitTests.Support;

namespace UnitTests.Contracts;

public sealed class OrderValidatorTests
{
    [Fact]
    public void An_order_that_keeps_every_rule_breaks_none() => Assert.Null(OrderValidator.Check(Some.Order));

    [Fact]
    public void Every_generated_order_keeps_every_rule() => ForAny.Case(
        AnyOrder.From, order => order.ToString(), order => Assert.Null(OrderValidator.Check(order)), cases: 1000);

    [Theory]
    [InlineData(0, "rule.customer_id_length: customerId has 0 characters; 1 to 64 are allowed")]
    [InlineData(1, null)]
    [InlineData(64, null)]
    [InlineData(65, "rule.customer_id_length: customerId has 65 characters; 1 to 64 are allowed")]
    public void A_customer_id_has_1_to_64_characters(int length, string? broken) =>
        AssertBroken(broken, Some.Order with { CustomerId = new string('x', length) });

    [Fact]
    public void Characters_are_code_points_and_not_utf16_units()
    {
        var sixtyFour = string.Concat(Enumerable.Repeat("\U0001F600", 64));

        AssertBroken(null, Some.Order with { CustomerId = sixtyFour });
        AssertBroken("rule.customer_id_length: customerId has 65 characters; 1 to 64 are allowed", Some.Order with { CustomerId = sixtyFour + "x" });
        AssertBroken(null, WithLine(line => line with { Sku = sixtyFour }));
        AssertBroken("rule.sku_length: lines[1].sku has 65 characters; 1 to 64 are allowed", WithLine(line => line with { Sku = sixtyFour + "x" }));
    }

    [Theory]
    [InlineData("EUR", null)]
    [InlineData("", "rule.currency_format: currency is \"\"; 3 capital letters A to Z are wanted")]
    [InlineData("EU", "rule.currency_format: currency is \"EU\"; 3 capital letters A to Z are wanted")]
    [InlineData("EURO", "rule.currency_format: currency is \"EURO\"; 3 capital letters A to Z are wanted")]
    [InlineData("Eur", "rule.currency_format: currency is \"Eur\"; 3 capital letters A to Z are wanted")]
    [InlineData("E1R", "rule.currency_format: currency is \"E1R\"; 3 capital letters A to Z are wanted")]
    [InlineData("ÄÖÜ", "rule.currency_format: currency is \"ÄÖÜ\"; 3 capital letters A to Z are wanted")]
    [InlineData("@[Z", "rule.currency_format: currency is \"@[Z\"; 3 capital letters A to Z are wanted")]
    [InlineData("E\0R", "rule.currency_format: currency is \"E\\u0000R\"; 3 capital letters A to Z are wanted")]
    public void A_currency_is_three_capital_letters(string currency, string? broken) =>
        AssertBroken(broken, Some.Order with { Currency = currency });

    [Theory]
    [InlineData(0, "rule.lines_count: the order has 0 lines; 1 to 10000 are allowed")]
    [InlineData(1, null)]
    [InlineData(10_000, null)]
    [InlineData(10_001, "rule.lines_count: the order has 10001 lines; 1 to 10000 are allowed")]
    public void An_order_has_1_to_10000_lines(int count, string? broken)
    {
        List<OrderLine> lines = [.. Enumerable.Repeat(Some.Order.Lines[0], count)];

        AssertBroken(broken, Some.Order with { Lines = lines, Total = OrderRules.TotalOf(lines) });
    }

    [Theory]
    [InlineData(0, "rule.sku_length: lines[1].sku has 0 characters; 1 to 64 are allowed")]
    [InlineData(1, null)]
    [InlineData(64, null)]
    [InlineData(65, "rule.sku_length: lines[1].sku has 65 characters; 1 to 64 are allowed")]
    public void A_sku_has_1_to_64_characters(int length, string? broken) =>
        AssertBroken(broken, WithLine(line => line with { Sku = new string('x', length) }));

    [Theory]
    [InlineData(int.MinValue, "rule.quantity_range: lines[1].quantity is -2147483648; 1 to 1000000 are allowed")]
    [InlineData(0, "rule.quantity_range: lines[1].quantity is 0; 1 to 1000000 are allowed")]
    [InlineData(1, null)]
    [InlineData(1_000_000, null)]
    [InlineData(1_000_001, "rule.quantity_range: lines[1].quantity is 1000001; 1 to 1000000 are allowed")]
    public void A_quantity_is_1_to_1000000(int quantity, string? broken) =>
        AssertBroken(broken, WithLine(line => line with { Quantity = quantity }));

    [Theory]
    [InlineData("-0.0001", "rule.unit_price_range: lines[1].unitPrice is -0.0001; 0 to 99999999999999.9999 are allowed")]
    [InlineData("0", null)]
    [InlineData("0.0001", null)]
    [InlineData("1.50000", null)]
    [InlineData("99999999999999.9999", null)]
    [InlineData("100000000000000", "rule.unit_price_range: lines[1].unitPrice is 100000000000000; 0 to 99999999999999.9999 are allowed")]
    [InlineData("0.00001", "rule.unit_price_decimals: lines[1].unitPrice is 0.00001; at most 4 decimals are allowed")]
    [InlineData("1.23456", "rule.unit_price_decimals: lines[1].unitPrice is 1.23456; at most 4 decimals are allowed")]
    public void A_unit_price_is_not_negative_and_has_4_decimals(string unitPrice, string? broken) =>
        AssertBroken(broken, WithLine(line => line with { UnitPrice = Number(unitPrice) }));

    [Theory]
    [InlineData("37.5", null)]
    [InlineData("37.50000", null)]
    [InlineData("37.49", "rule.total_mismatch: total is 37.49, but the lines add up to 37.5")]
    [InlineData("37.51", "rule.total_mismatch: total is 37.51, but the lines add up to 37.5")]
    [InlineData("-37.50", "rule.total_range: total is -37.50; 0 to 9999999999999999.99 are allowed")]
    [InlineData("10000000000000000", "rule.total_range: total is 10000000000000000; 0 to 9999999999999999.99 are allowed")]
    [InlineData("9999999999999999.99", "rule.total_mismatch: total is 9999999999999999.99, but the lines add up to 37.5")]
    [InlineData("37.501", "rule.total_decimals: total is 37.501; at most 2 decimals are allowed")]
    public void A_total_is_what_the_lines_add_up_to(string total, string? broken) =>
        AssertBroken(broken, Some.Order with { Total = Number(total) });

    [Theory]
    [InlineData("a\0", "rule.nul_character: customerId holds the character U+0000, which cannot be stored")]
    [InlineData("\ufffd\u0001", null)]
    public void A_customer_id_holds_nothing_that_cannot_be_stored(string customerId, string? broken) =>
        AssertBroken(broken, Some.Order with { CustomerId = customerId });

    // An attribute's text cannot hold half of a surrogate pair.
    [Fact]
    public void Half_a_surrogate_pair_is_found_wherever_it_is()
    {
        foreach (var text in new[] { "\ud83d", "\ude00\ud83d", "a\ud83d", "\udc00a", "\ud83d\ud83d\ude00" })
        {
            AssertBroken("rule.lone_surrogate: customerId holds half of a surrogate pair, which is no character", Some.Order with { CustomerId = text });
            Assert.Equal("rule.lone_surrogate", OrderValidator.Check(WithLine(line => line with { Sku = text }))?.Name);
        }
    }

    [Fact]
    public void A_sku_holds_no_nul() =>
        Assert.Equal("rule.nul_character", OrderValidator.Check(WithLine(line => line with { Sku = "a\0" }))?.Name);

    [Fact]
    public void The_first_broken_rule_is_told_in_the_order_of_the_members()
    {
        var order = Some.Order with { CustomerId = "", Currency = "", Lines = [], Total = -1 };

        Assert.Equal("rule.customer_id_length", OrderValidator.Check(order)?.Name);
        Assert.Equal("rule.currency_format", OrderValidator.Check(order with { CustomerId = "c" })?.Name);
        Assert.Equal("rule.lines_count", OrderValidator.Check(order with { CustomerId = "c", Currency = "EUR" })?.Name);
        Assert.Equal("rule.total_range", OrderValidator.Check(order with { CustomerId = "c", Currency = "EUR", Lines = Some.Order.Lines })?.Name);
    }

    [Fact]
    public void The_largest_order_of_all_does_not_overflow()
    {
        List<OrderLine> lines = [.. Enumerable.Repeat(
            new OrderLine { Sku = "a", Quantity = OrderRules.MaxQuantity, UnitPrice = OrderRules.MaxUnitPrice }, OrderRules.MaxLines)];

        var broken = OrderValidator.Check(Some.Order with { Lines = lines });

        Assert.Equal("total is 37.50, but the lines add up to 999999999999999999000000.00", broken?.Detail);
    }

    private static void AssertBroken(string? expected, OrderSubmitted order) =>
        Assert.Equal(expected, OrderValidator.Check(order)?.ToString());

    /// <summary>The known order with another second line, and the total that goes with it as far as there is one.</summary>
    private static OrderSubmitted WithLine(Func<OrderLine, OrderLine> change)
    {
        List<OrderLine> lines = [Some.Order.Lines[0], change(Some.Order.Lines[1])];
        return Some.Order with { Lines = lines, Total = OrderRules.TotalOf(lines) };
    }

    private static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
