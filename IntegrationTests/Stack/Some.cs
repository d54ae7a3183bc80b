using System.Globalization;
using System.Text;
using System.Text.Json;
using Contracts;

namespace IntegrationTests.Stack;

/// <summary>Orders for tests.</summary>
internal static class Some
{
    public static OrderSubmitted Order(Guid? id = null, string customer = "c-1", decimal unitPrice = 2.50m) => new()
    {
        OrderId = id ?? Guid.CreateVersion7(),
        CustomerId = customer,
        PlacedAt = new DateTimeOffset(2026, 11, 20, 23, 15, 1, TimeSpan.Zero),
        Currency = "EUR",
        Total = 2 * unitPrice,
        Lines = [new OrderLine { Sku = "SKU-1", Quantity = 2, UnitPrice = unitPrice }],
    };

    public static OrderSubmitted OrderOf(int lines) => Order() with
    {
        Total = lines,
        Lines = [.. Enumerable.Range(1, lines).Select(number => new OrderLine { Sku = $"S{number}", Quantity = 1, UnitPrice = 1m })],
    };

    public static IEnumerable<OrderSubmitted> Orders(int count) => Enumerable.Range(0, count).Select(_ => Order());

    public static byte[] Json(OrderSubmitted order) => JsonSerializer.SerializeToUtf8Bytes(order, OrderJson.Default.OrderSubmitted);

    /// <summary>The order with spaces behind it, up to a length.</summary>
    public static byte[] Padded(OrderSubmitted order, int length) => Padded(Json(order), length);

    /// <summary>A body with spaces behind it, up to a length.</summary>
    public static byte[] Padded(byte[] body, int length)
    {
        var padded = new byte[Math.Max(body.Length, length)];
        Array.Fill(padded, (byte)' ');
        body.CopyTo(padded, 0);
        return padded;
    }

    public static byte[] Body() => Json(Order());

    /// <summary>Many different orders, made as they are asked for.</summary>
    public static IEnumerable<byte[]> Bodies(int count) => Enumerable.Range(0, count).Select(_ => Body());

    /// <summary>The order inside an envelope as MassTransit writes it: indented, decimals as text.</summary>
    public static byte[] Envelope(OrderSubmitted order)
    {
        var line = order.Lines[0];
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $$"""
            {
              "messageId": "{{Guid.NewGuid()}}",
              "messageType": ["urn:message:Contracts:OrderSubmitted"],
              "message": {
                "orderId": "{{order.OrderId}}",
                "customerId": {{JsonSerializer.Serialize(order.CustomerId)}},
                "placedAt": "{{order.PlacedAt:O}}",
                "currency": "{{order.Currency}}",
                "total": "{{order.Total}}",
                "lines": [{ "sku": "{{line.Sku}}", "quantity": {{line.Quantity}}, "unitPrice": "{{line.UnitPrice}}" }]
              },
              "sentTime": "2026-11-20T23:15:02.1234567Z",
              "headers": {},
              "host": { "machineName": "shop" }
            }
            """));
    }
}
