using System.IO.Hashing;
using Contracts;
using Infrastructure.Postgres;

namespace Benchmarks.Peers;

/// <summary>From an order to its row.</summary>
internal static class OrderRows
{
    /// <param name="order">The order.</param>
    /// <param name="body">The message it came in. Its hash stands for the content: a redelivered message is the same bytes.</param>
    public static OrderRow From(OrderSubmitted order, ReadOnlySpan<byte> body)
    {
        var lines = new List<OrderRowLine>(order.Lines.Count);
        for (var i = 0; i < order.Lines.Count; i++)
        {
            var line = order.Lines[i];
            lines.Add(new OrderRowLine { Sku = line.Sku, Quantity = line.Quantity, UnitPrice = line.UnitPrice });
        }

        return new OrderRow
        {
            OrderId = order.OrderId,
            CustomerId = order.CustomerId,
            PlacedAt = order.PlacedAt.ToUniversalTime(),
            Currency = order.Currency,
            Total = order.Total,
            Lines = lines,
            ContentHash = new Guid(XxHash128.Hash(body), bigEndian: true),

            // Left to the column's default it would make EF Core read every row back.
            ReceivedAt = DateTimeOffset.UtcNow,
        };
    }
}
