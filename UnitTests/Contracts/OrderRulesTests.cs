using System.Globalization;
using System.Numerics;
using Contracts;
using UnitTests.Support;

namespace UnitTests.Contracts;

public sealed class OrderRulesTests
{
    [Theory]
    [InlineData("0.0049", "0.00")]
    [InlineData("0.005", "0.01")]
    [InlineData("0.0149", "0.01")]
    [InlineData("0.015", "0.02")]
    [InlineData("0.025", "0.03")]
    [InlineData("12.345", "12.35")]
    public void A_total_is_rounded_half_away_from_zero(string unitPrice, string total) =>
        Assert.Equal(Number(total), OrderRules.TotalOf([Line(1, Number(unitPrice))]));

    [Fact]
    public void It_is_the_sum_that_is_rounded_and_not_each_line() =>
        Assert.Equal(0.01m, OrderRules.TotalOf([Line(1, 0.004m), Line(1, 0.004m)]));

    [Fact]
    public void The_total_of_any_lines_is_that_of_exact_arithmetic() => ForAny.Case(
        choices => AnyOrder.From(choices).Lines,
        lines => string.Join(", ", lines),
        lines =>
        {
            var units = lines.Aggregate(BigInteger.Zero, (sum, line) => sum + (line.Quantity * new BigInteger(line.UnitPrice * 10_000m)));
            Assert.Equal((units + 50) / 100, new BigInteger(OrderRules.TotalOf(lines) * 100m));
        },
        cases: 1000);

    private static OrderLine Line(int quantity, decimal unitPrice) => new() { Sku = "a", Quantity = quantity, UnitPrice = unitPrice };

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
