namespace Contracts;

/// <summary>
/// An order as a customer submitted it: the one message of the <c>orders</c> exchange.
/// </summary>
/// <remarks>
/// The limits of every member are in <see cref="OrderRules"/>. Anything a producer may send twice must carry the same
/// <see cref="OrderId"/>: it is what makes a repeated order one order.
/// </remarks>
public sealed record OrderSubmitted
{
    /// <summary>The order's identity, a UUID. Version 7 is recommended: time-ordered keys keep inserts on one side of the index.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>Who ordered: 1 to 64 characters.</summary>
    public required string CustomerId { get; init; }

    /// <summary>When the order was placed. On the wire ISO 8601 with an offset; stored as an instant with microseconds.</summary>
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>Currency of every amount in the order: three capital letters, such as <c>EUR</c> (ISO 4217).</summary>
    public required string Currency { get; init; }

    /// <summary>What the lines add up to, rounded half away from zero to 2 decimals. See <see cref="OrderRules.TotalOf"/>.</summary>
    public required decimal Total { get; init; }

    /// <summary>What was ordered: 1 to 10,000 lines.</summary>
    public required IReadOnlyList<OrderLine> Lines { get; init; }
}
