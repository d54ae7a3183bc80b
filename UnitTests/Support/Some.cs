using System.Text;
using System.Text.Json;
using Contracts;
using Infrastructure.RabbitMq;
using RabbitMQ.Client;
using Worker.Intake;

namespace UnitTests.Support;

/// <summary>Things that are as they should be; a test changes what it is about.</summary>
internal static class Some
{
    public const string Exchange = "orders";

    /// <summary>The order that documentation and golden values use.</summary>
    public static OrderSubmitted Order { get; } = new()
    {
        OrderId = new Guid("0193b2a4-7c1e-7d00-8a2b-5f6c7d8e9f00"),
        CustomerId = "customer-17",
        PlacedAt = new DateTimeOffset(2026, 11, 20, 23, 15, 1, TimeSpan.Zero),
        Currency = "EUR",
        Total = 37.50m,
        Lines = [new OrderLine { Sku = "SKU-1", Quantity = 2, UnitPrice = 12.5m }, new OrderLine { Sku = "SKU-2", Quantity = 1, UnitPrice = 12.5m }],
    };

    /// <summary>That order's JSON, to be changed by replacing a part of it.</summary>
    public const string OrderJsonText =
        """
        {"orderId":"0193b2a4-7c1e-7d00-8a2b-5f6c7d8e9f00","customerId":"customer-17","placedAt":"2026-11-20T23:15:01Z","currency":"EUR","total":37.50,"lines":[{"sku":"SKU-1","quantity":2,"unitPrice":12.5},{"sku":"SKU-2","quantity":1,"unitPrice":12.5}]}
        """;

    public static OrderSubmitted NewOrder() => Order with { OrderId = Guid.CreateVersion7() };

    public static byte[] Body(OrderSubmitted order) => JsonSerializer.SerializeToUtf8Bytes(order, OrderJson.Default.OrderSubmitted);

    public static byte[] Body() => Body(Order);

    /// <summary>The known order's text with something else in one place.</summary>
    public static string With(string part, string instead)
    {
        Assert.Contains(part, OrderJsonText, StringComparison.Ordinal);
        return OrderJsonText.Replace(part, instead, StringComparison.Ordinal);
    }

    /// <summary>The same id with other content.</summary>
    public static OrderSubmitted Conflicting(OrderSubmitted order) => order with { CustomerId = order.CustomerId + " again" };

    public static BasicProperties Properties(Guid? messageId = null) => new()
    {
        ContentType = "application/json",
        MessageId = messageId?.ToString(),
    };

    /// <summary>What a message says of itself that was delivered so often in vain.</summary>
    public static BasicProperties DeliveredInVain(long times) => new(Properties())
    {
        Headers = new Dictionary<string, object?> { [MessageHeaders.DeliveryCount] = times },
    };

    public static Delivery Delivery(ulong tag, byte[] body, bool redelivered = false, BasicProperties? properties = null) =>
        new(tag, redelivered, Exchange, new MessageProperties(Encode.Properties(properties ?? Properties())), body);

    public static Delivery Delivery(ulong tag, OrderSubmitted order, bool redelivered = false) => Delivery(tag, Body(order), redelivered);

    public static Delivery Delivery(ulong tag, string body) => Delivery(tag, Encoding.UTF8.GetBytes(body));

    /// <summary>A batch with these orders, ready to be written.</summary>
    public static OrderBatch Batch(params ReadOnlySpan<OrderSubmitted> orders)
    {
        var batch = new OrderBatch(maxDeliveries: 1000, maxBytes: 4 * 1024 * 1024);
        var tag = 0UL;
        foreach (var order in orders)
        {
            Assert.Equal(AddResult.Added, batch.Add(Delivery(++tag, order)));
        }

        batch.Seal();
        return batch;
    }
}
