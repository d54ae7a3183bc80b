namespace Contracts;

/// <summary>One article of an order.</summary>
public sealed record OrderLine
{
    /// <summary>Stock-keeping unit, the article's number: 1 to 64 characters.</summary>
    public required string Sku { get; init; }

    /// <summary>How many: 1 to 1,000,000.</summary>
    public required int Quantity { get; init; }

    /// <summary>Price of one, in the order's currency: 0 or more, at most 4 decimals.</summary>
    public required decimal UnitPrice { get; init; }
}
