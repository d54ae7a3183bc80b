using Contracts;
using UnitTests.Support;
using Worker.Intake.Decoding;

namespace UnitTests.Intake.Decoding;

/// <summary>The hash tells a repeated order from a conflicting one, so it must depend on every value and on nothing else.</summary>
public sealed class ContentHashTests
{
    /// <summary>
    /// Never to be changed: rows that are stored hold hashes made like this. Another value here would turn every redelivery of an
    /// order that an older version stored into a conflict. Computed outside of this code (xxh128sum), from the row's bytes as documented.
    /// </summary>
    private static readonly Guid Golden = new("2a7ba0bd-21c2-c463-151b-24d963377c55");

    [Fact]
    public void The_hash_of_a_known_order_never_changes() => Assert.Equal(Golden, HashOf(Some.OrderJsonText));

    [Theory]
    [InlineData("\"total\":37.50", "\"total\":37.5")]
    [InlineData("\"total\":37.50", "\"total\":3750e-2")]
    [InlineData("\"total\":37.50", "\"total\":0.375E+2")]
    [InlineData("\"unitPrice\":12.5", "\"unitPrice\":12.5000")]
    [InlineData("\"unitPrice\":12.5", "\"unitPrice\":125e-1")]
    [InlineData("\"unitPrice\":12.5", "\"unitPrice\":12.50000000000000000000000000000000000000")]
    [InlineData("customer-17", "c\\u0075stomer-1\\u0037")]
    [InlineData("SKU-1", "\\u0053K\\u0055-1")]
    [InlineData("\"quantity\"", "\"qu\\u0061ntity\"")]
    [InlineData("2026-11-20T23:15:01Z", "2026-11-21T00:15:01+01:00")]
    [InlineData("2026-11-20T23:15:01Z", "2026-11-20T09:15:01.000-14:00")]
    [InlineData("2026-11-20T23:15:01Z", "2026-11-20T23:15:01.0000009Z")]
    [InlineData("0193b2a4-7c1e-7d00-8a2b-5f6c7d8e9f00", "0193B2A4-7C1E-7D00-8A2B-5F6C7D8E9F00")]
    [InlineData(",", " ,\n\t")]
    [InlineData("{", "{\r\n  ")]
    [InlineData("\"quantity\":2,\"unitPrice\":12.5", "\"unitPrice\":12.5,\"quantity\":2")]
    [InlineData("\"currency\":\"EUR\",\"total\":37.50", "\"total\":37.50,\"currency\":\"EUR\"")]
    public void Another_spelling_has_the_same_hash(string part, string instead) => Assert.Equal(Golden, HashOf(Some.With(part, instead)));

    [Theory]
    [InlineData("0193b2a4", "0193b2a5")]
    [InlineData("customer-17", "customer-18")]
    [InlineData("customer-17", "customer-17 ")]
    [InlineData("23:15:01Z", "23:15:02Z")]
    [InlineData("23:15:01Z", "23:15:01.000001Z")]
    [InlineData("23:15:01Z", "23:15:01+01:00")]
    [InlineData("EUR", "EUS")]
    [InlineData("SKU-1", "SKU-3")]
    [InlineData("\"total\":37.50,\"lines\":[{\"sku\":\"SKU-1\",\"quantity\":2", "\"total\":50.00,\"lines\":[{\"sku\":\"SKU-1\",\"quantity\":3")]
    [InlineData("\"quantity\":1,\"unitPrice\":12.5", "\"quantity\":1,\"unitPrice\":12.5001")]
    [InlineData("SKU-2\",\"quantity\":1,\"unitPrice\":12.5", "SKU-2\",\"quantity\":5,\"unitPrice\":2.5")]
    [InlineData("{\"sku\":\"SKU-1\",\"quantity\":2,\"unitPrice\":12.5},{\"sku\":\"SKU-2\",\"quantity\":1,\"unitPrice\":12.5}", "{\"sku\":\"SKU-2\",\"quantity\":1,\"unitPrice\":12.5},{\"sku\":\"SKU-1\",\"quantity\":2,\"unitPrice\":12.5}")]
    public void Another_value_has_another_hash(string part, string instead) => Assert.NotEqual(Golden, HashOf(Some.With(part, instead)));

    [Fact]
    public void Any_two_spellings_of_an_order_give_the_same_row() => ForAny.Case(
        choices =>
        {
            var order = AnyOrder.From(choices);
            return (One: OrderDocument.Of(order, choices).Spelled(choices), Other: OrderDocument.Of(Moved(order, choices), choices).Spelled(choices));
        },
        pair => $"{System.Text.Encoding.UTF8.GetString(pair.One)}{Environment.NewLine}and {System.Text.Encoding.UTF8.GetString(pair.Other)}",
        pair => Assert.Equal(DecodedBody.Of(pair.One).Bytes, DecodedBody.Of(pair.Other).Bytes),
        cases: 2000);

    [Fact]
    public void An_order_with_another_value_has_another_hash() => ForAny.Case(
        choices =>
        {
            var order = AnyOrder.From(choices);
            return (Order: order, Changed: Changed(order, choices));
        },
        pair => $"{pair.Order}{Environment.NewLine}and {pair.Changed}",
        pair => Assert.NotEqual(HashOf(pair.Order), HashOf(pair.Changed)),
        cases: 2000);

    private static Guid HashOf(OrderSubmitted order) => HashOf(System.Text.Encoding.UTF8.GetString(Some.Body(order)));

    private static Guid HashOf(string body)
    {
        var decoded = DecodedBody.Of(body);
        Assert.Null(decoded.Refusal);
        return decoded.Row!.ContentHash;
    }

    /// <summary>The same instant elsewhere, as far as the calendar goes.</summary>
    private static OrderSubmitted Moved(OrderSubmitted order, Choices choices)
    {
        var offset = TimeSpan.FromMinutes(choices.Between(0, 28 * 60) - (14 * 60));
        var local = order.PlacedAt.UtcTicks + offset.Ticks;
        return local >= 0 && local <= DateTime.MaxValue.Ticks ? order with { PlacedAt = order.PlacedAt.ToOffset(offset) } : order;
    }

    private static OrderSubmitted Changed(OrderSubmitted order, Choices choices)
    {
        var line = order.Lines[0];
        return choices.Below(7) switch
        {
            0 => order with { OrderId = Guid.CreateVersion7() },
            1 => order with { CustomerId = order.CustomerId[^1] == 'x' ? "y" : "x" },
            2 => order with { PlacedAt = order.PlacedAt.ToUniversalTime().AddTicks(order.PlacedAt.UtcTicks < 100 ? 10 : -10) },
            3 => order with { Currency = order.Currency == "EUR" ? "USD" : "EUR" },
            4 => WithLine(order, line with { Sku = line.Sku == "a" ? "b" : "a" }),
            5 => WithLine(order, line with { Quantity = line.Quantity > 1 ? line.Quantity - 1 : 2, UnitPrice = Math.Min(line.UnitPrice, 1) }),
            _ => WithLine(order, line with { UnitPrice = line.UnitPrice > 0 ? line.UnitPrice - 0.0001m : 0.0001m }),
        };
    }

    private static OrderSubmitted WithLine(OrderSubmitted order, OrderLine line)
    {
        List<OrderLine> lines = [line, .. order.Lines.Skip(1)];
        return order with { Lines = lines, Total = OrderRules.TotalOf(lines) };
    }
}
