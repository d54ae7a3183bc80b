using System.Globalization;

namespace Contracts;

/// <summary>A rule of <see cref="OrderRules"/> that an order breaks, with the value that was seen.</summary>
/// <param name="Name">Machine-readable name, such as <c>rule.total_mismatch</c>. It is also the dead letter's reason.</param>
/// <param name="Detail">One sentence with the value seen and the limit. Values from the message are quoted by <see cref="Printable"/>.</param>
public readonly record struct BrokenRule(string Name, string Detail)
{
    /// <summary>The customer id is empty or too long.</summary>
    public static BrokenRule CustomerIdLength(int length) => new("rule.customer_id_length",
        $"customerId has {length} characters; 1 to {OrderRules.MaxCustomerIdLength} are allowed");

    /// <summary>The currency is not three capital letters.</summary>
    public static BrokenRule CurrencyFormat(string currency) => new("rule.currency_format",
        $"currency is {Printable.Quote(currency)}; {OrderRules.CurrencyLength} capital letters A to Z are wanted");

    /// <summary>The time carries no offset, so it names no instant.</summary>
    public static BrokenRule PlacedAtOffset(string placedAt) => new("rule.placed_at_offset",
        $"placedAt is {Printable.Quote(placedAt)}; a time with an offset is wanted, such as 2026-11-20T23:15:01Z");

    /// <summary>The order has no line, or too many.</summary>
    public static BrokenRule LinesCount(int count) => new("rule.lines_count",
        $"the order has {count} lines; 1 to {OrderRules.MaxLines} are allowed");

    /// <summary>A line is null.</summary>
    public static BrokenRule LineMissing(int line) => new("rule.line_missing", $"lines[{line}] is null; a line is wanted");

    /// <summary>A line's SKU is empty or too long.</summary>
    public static BrokenRule SkuLength(int line, int length) => new("rule.sku_length",
        $"lines[{line}].sku has {length} characters; 1 to {OrderRules.MaxSkuLength} are allowed");

    /// <summary>A line's quantity is out of range.</summary>
    public static BrokenRule QuantityRange(int line, string quantity) => new("rule.quantity_range",
        $"lines[{line}].quantity is {Printable.Clip(quantity)}; 1 to {OrderRules.MaxQuantity} are allowed");

    /// <summary>A line's unit price is negative or too large.</summary>
    public static BrokenRule UnitPriceRange(int line, string unitPrice) => new("rule.unit_price_range",
        $"lines[{line}].unitPrice is {Printable.Clip(unitPrice)}; 0 to {Number(OrderRules.MaxUnitPrice)} are allowed");

    /// <summary>A line's unit price uses too many decimals.</summary>
    public static BrokenRule UnitPriceDecimals(int line, string unitPrice) => new("rule.unit_price_decimals",
        $"lines[{line}].unitPrice is {Printable.Clip(unitPrice)}; at most {OrderRules.UnitPriceDecimals} decimals are allowed");

    /// <summary>The total is negative or too large.</summary>
    public static BrokenRule TotalRange(string total) => new("rule.total_range",
        $"total is {Printable.Clip(total)}; 0 to {Number(OrderRules.MaxTotal)} are allowed");

    /// <summary>The total uses too many decimals.</summary>
    public static BrokenRule TotalDecimals(string total) => new("rule.total_decimals",
        $"total is {Printable.Clip(total)}; at most {OrderRules.TotalDecimals} decimals are allowed");

    /// <summary>The total is not what the lines add up to.</summary>
    public static BrokenRule TotalMismatch(string total, string expected) => new("rule.total_mismatch",
        $"total is {Printable.Clip(total)}, but the lines add up to {expected}");

    /// <summary>A text holds the character U+0000, which PostgreSQL cannot store.</summary>
    public static BrokenRule NulCharacter(string member) => new("rule.nul_character",
        $"{member} holds the character U+0000, which cannot be stored");

    /// <summary>A text holds half of a surrogate pair, which is no character.</summary>
    public static BrokenRule LoneSurrogate(string member) => new("rule.lone_surrogate",
        $"{member} holds half of a surrogate pair, which is no character");

    /// <inheritdoc />
    public override string ToString() => $"{Name}: {Detail}";

    internal static string Number(decimal value) => value.ToString(CultureInfo.InvariantCulture);
}
