using System.Globalization;
using System.Text;

namespace Contracts;

/// <summary>
/// Checks an order against <see cref="OrderRules"/>. A producer calls it before it publishes; the worker's decoder applies
/// the same rules, in the same order, while it reads.
/// </summary>
public static class OrderValidator
{
    /// <summary>The first rule that the order breaks, or <see langword="null"/> when it keeps them all.</summary>
    /// <remarks>Members are checked in the order in which <see cref="OrderSubmitted"/> declares them, the total last.</remarks>
    public static BrokenRule? Check(OrderSubmitted order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return CheckText("customerId", order.CustomerId)
            ?? CheckCustomerId(order.CustomerId)
            ?? CheckCurrency(order.Currency)
            ?? CheckLines(order.Lines)
            ?? CheckTotal(order.Total, order.Lines);
    }

    private static BrokenRule? CheckCustomerId(string customerId)
    {
        var length = CodePoints(customerId);
        return length is < 1 or > OrderRules.MaxCustomerIdLength ? BrokenRule.CustomerIdLength(length) : null;
    }

    private static BrokenRule? CheckCurrency(string currency) =>
        currency is { Length: OrderRules.CurrencyLength } && currency.All(char.IsAsciiLetterUpper)
            ? null
            : BrokenRule.CurrencyFormat(currency);

    private static BrokenRule? CheckLines(IReadOnlyList<OrderLine> lines)
    {
        if (lines.Count is < 1 or > OrderRules.MaxLines)
        {
            return BrokenRule.LinesCount(lines.Count);
        }

        for (var i = 0; i < lines.Count; i++)
        {
            if (CheckLine(i, lines[i]) is { } broken)
            {
                return broken;
            }
        }

        return null;
    }

    private static BrokenRule? CheckLine(int index, OrderLine? line)
    {
        // The type says that it cannot be; a JSON reader does not look that deep.
        if (line is null)
        {
            return BrokenRule.LineMissing(index);
        }

        if (CheckText("sku", line.Sku) is { } broken)
        {
            return broken;
        }

        var skuLength = CodePoints(line.Sku);
        if (skuLength is < 1 or > OrderRules.MaxSkuLength)
        {
            return BrokenRule.SkuLength(index, skuLength);
        }

        if (line.Quantity is < 1 or > OrderRules.MaxQuantity)
        {
            return BrokenRule.QuantityRange(index, line.Quantity.ToString(CultureInfo.InvariantCulture));
        }

        if (line.UnitPrice is < 0 or > OrderRules.MaxUnitPrice)
        {
            return BrokenRule.UnitPriceRange(index, BrokenRule.Number(line.UnitPrice));
        }

        return HasAtMostDecimals(line.UnitPrice, OrderRules.UnitPriceDecimals)
            ? null
            : BrokenRule.UnitPriceDecimals(index, BrokenRule.Number(line.UnitPrice));
    }

    private static BrokenRule? CheckTotal(decimal total, IReadOnlyList<OrderLine> lines)
    {
        if (total is < 0 or > OrderRules.MaxTotal)
        {
            return BrokenRule.TotalRange(BrokenRule.Number(total));
        }

        if (!HasAtMostDecimals(total, OrderRules.TotalDecimals))
        {
            return BrokenRule.TotalDecimals(BrokenRule.Number(total));
        }

        var expected = OrderRules.TotalOf(lines);
        return total == expected ? null : BrokenRule.TotalMismatch(BrokenRule.Number(total), BrokenRule.Number(expected));
    }

    private static BrokenRule? CheckText(string member, string text)
    {
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                return BrokenRule.LoneSurrogate(member);
            }

            if (rune.Value == 0)
            {
                return BrokenRule.NulCharacter(member);
            }

            rest = rest[consumed..];
        }

        return null;
    }

    private static int CodePoints(string text)
    {
        var count = 0;
        foreach (var character in text)
        {
            count += char.IsLowSurrogate(character) ? 0 : 1;
        }

        return count;
    }

    private static bool HasAtMostDecimals(decimal value, int decimals) => decimal.Round(value, decimals) == value;
}
