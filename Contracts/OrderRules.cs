namespace Contracts;

/// <summary>Every limit an order keeps, once. Validator, decoder, generator and database checks all read them here.</summary>
public static class OrderRules
{
    /// <summary>Largest message body in bytes, envelope included: 1 MiB.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    /// <summary>Deepest nesting of JSON objects and arrays. An order needs 3, an envelope 4; the rest is room for an envelope's headers.</summary>
    public const int MaxDepth = 16;

    /// <summary>Longest customer id, in Unicode code points, as PostgreSQL's <c>char_length</c> counts them.</summary>
    public const int MaxCustomerIdLength = 64;

    /// <summary>Longest SKU, in Unicode code points.</summary>
    public const int MaxSkuLength = 64;

    /// <summary>Letters in a currency code.</summary>
    public const int CurrencyLength = 3;

    /// <summary>Most lines in an order. The least is 1.</summary>
    public const int MaxLines = 10_000;

    /// <summary>Largest quantity of a line. The least is 1.</summary>
    public const int MaxQuantity = 1_000_000;

    /// <summary>Decimals a unit price may use. By value: 1.50000 needs one.</summary>
    public const int UnitPriceDecimals = 4;

    /// <summary>Decimals a total may use.</summary>
    public const int TotalDecimals = 2;

    /// <summary>Largest unit price: what <c>numeric(18,4)</c> holds.</summary>
    public const decimal MaxUnitPrice = 99_999_999_999_999.9999m;

    /// <summary>Largest total: what <c>numeric(18,2)</c> holds.</summary>
    public const decimal MaxTotal = 9_999_999_999_999_999.99m;

    /// <summary>The total that <paramref name="lines"/> add up to: sum of quantity x unit price, rounded half away from zero to 2 decimals.</summary>
    /// <exception cref="OverflowException">The sum exceeds what a <see cref="decimal"/> holds; within the limits above it never does.</exception>
    public static decimal TotalOf(IEnumerable<OrderLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var sum = 0m;
        foreach (var line in lines)
        {
            sum += line.Quantity * line.UnitPrice;
        }

        return decimal.Round(sum, TotalDecimals, MidpointRounding.AwayFromZero);
    }
}
