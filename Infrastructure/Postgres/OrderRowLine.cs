namespace Infrastructure.Postgres;

/// <summary>A line of a stored order: one element of <c>orders.lines</c>.</summary>
public sealed class OrderRowLine
{
    /// <summary>The article.</summary>
    public required string Sku { get; init; }

    /// <summary>How many.</summary>
    public required int Quantity { get; init; }

    /// <summary>Price of one.</summary>
    public required decimal UnitPrice { get; init; }
}
