namespace Infrastructure.Postgres;

/// <summary>A stored order: one message, one row of <c>orders</c>.</summary>
public sealed class OrderRow
{
    /// <summary>The order's identity and the table's key: what makes a repeated order one row.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>Who ordered.</summary>
    public required string CustomerId { get; init; }

    /// <summary>When the order was placed, UTC, in microseconds.</summary>
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>Currency of every amount in the order.</summary>
    public required string Currency { get; init; }

    /// <summary>What the lines add up to.</summary>
    public required decimal Total { get; init; }

    /// <summary>What was ordered, in the order's own sequence.</summary>
    public required List<OrderRowLine> Lines { get; init; }

    /// <summary>XXH128 of the order's canonical values: the same order, in whichever encoding, has the same hash.</summary>
    public required Guid ContentHash { get; init; }

    /// <summary>When the database stored it.</summary>
    public DateTimeOffset ReceivedAt { get; init; }
}
