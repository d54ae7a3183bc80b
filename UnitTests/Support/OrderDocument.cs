using System.Globalization;
using System.Numerics;
using Contracts;

namespace UnitTests.Support;

/// <summary>An order as JSON, each value in one of the ways that mean the same.</summary>
internal static class OrderDocument
{
    public static Json.Object Of(OrderSubmitted order, Choices choices)
    {
        var document = new Json.Object([]);
        document.Add("orderId", new Json.Text(OrderId(order.OrderId, choices)));
        document.Add("customerId", new Json.Text(order.CustomerId));
        document.Add("placedAt", new Json.Text(Instant(order.PlacedAt, choices)));
        document.Add("currency", new Json.Text(order.Currency));
        document.Add("total", new Json.Raw(Number(order.Total, choices)));
        document.Add("lines", new Json.Array([.. order.Lines.Select(line => Line(line, choices))]));
        return document;
    }

    /// <summary>A number with zeros it does not need, or with an exponent.</summary>
    public static string Number(decimal value, Choices choices)
    {
        var digits = new BigInteger(value * 10_000m);
        var shift = choices.Below(3) switch
        {
            0 => 0,
            1 => choices.Below(6),
            _ => choices.Below(45),
        };
        if (choices.Rarely(2))
        {
            // Point moved to the right by so many places, and the exponent takes it back.
            return WithPoint(digits, 4 + shift, choices) + Exponent(shift, choices);
        }

        return WithPoint(digits * BigInteger.Pow(10, shift), 4 + shift, choices);
    }

    /// <summary>The same instant with as many digits as it needs or more, at any offset.</summary>
    public static string Instant(DateTimeOffset value, Choices choices)
    {
        var format = choices.Below(3) switch
        {
            0 when value.Ticks % TimeSpan.TicksPerSecond == 0 => "yyyy-MM-ddTHH:mm:ss",
            1 when value.Ticks % TimeSpan.TicksPerMinute == 0 => "yyyy-MM-ddTHH:mm",
            2 when value.Ticks % TimeSpan.TicksPerMillisecond == 0 => "yyyy-MM-ddTHH:mm:ss.fff",
            _ => "yyyy-MM-ddTHH:mm:ss.fffffff",
        };
        var text = value.ToString(format, CultureInfo.InvariantCulture);
        if (text.Contains('.', StringComparison.Ordinal) && choices.Rarely(4))
        {
            text += new string('0', choices.Below(6));
        }

        return text + (value.Offset == TimeSpan.Zero && choices.Rarely(2) ? "Z" : value.ToString("zzz", CultureInfo.InvariantCulture));
    }

    private static Json.Object Line(OrderLine line, Choices choices)
    {
        var document = new Json.Object([]);
        document.Add("sku", new Json.Text(line.Sku));
        document.Add("quantity", new Json.Raw(line.Quantity.ToString(CultureInfo.InvariantCulture)));
        document.Add("unitPrice", new Json.Raw(Number(line.UnitPrice, choices)));
        return document;
    }

    private static string OrderId(Guid orderId, Choices choices) =>
        choices.Rarely(3) ? orderId.ToString().ToUpperInvariant() : orderId.ToString();

    private static string Exponent(int exponent, Choices choices) =>
        $"{choices.OneOf("e", "E")}{choices.OneOf("", "+")}{new string('0', choices.Below(3))}{exponent.ToString(CultureInfo.InvariantCulture)}";

    private static string WithPoint(BigInteger digits, int decimals, Choices choices)
    {
        if (digits.IsZero && choices.Rarely(2))
        {
            return "0";
        }

        var text = digits.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var number = $"{text[..^decimals]}.{text[^decimals..]}";
        return choices.Rarely(2) ? number : number.TrimEnd('0').TrimEnd('.');
    }
}
