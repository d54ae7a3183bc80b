using System.Security.Cryptography;
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
            ContentHash = HashOf(body),

            // Left to the column's default it would make EF Core read every row back.
            ReceivedAt = DateTimeOffset.UtcNow,
        };
    }

    /// <summary>The first 16 bytes of SHA-256.</summary>
    private static Guid HashOf(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}
