namespace Infrastructure.Postgres;

/// <summary>A row of the view <c>order_lines</c>: the lines of all orders, for those who think in SQL.</summary>
public sealed class OrderLineRow
{
    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>Place of the line in its order, from 1.</summary>
    public required long LineNumber { get; init; }

    /// <summary>The article.</summary>
    public required string Sku { get; init; }

    /// <summary>How many.</summary>
    public required int Quantity { get; init; }

    /// <summary>Price of one.</summary>
    public required decimal UnitPrice { get; init; }
}
