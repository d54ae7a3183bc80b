using System.Text.Json;
using Contracts;
using Infrastructure.RabbitMq;
using MassTransit.Serialization;
using RabbitMQ.Client;
using Worker.Intake;

namespace Benchmarks.Micro;

/// <summary>Orders with a given number of lines, as they come in messages.</summary>
internal static class SampleOrders
{
    private const string Exchange = "orders";

    private static readonly DateTimeOffset PlacedAt = new(2026, 11, 20, 23, 15, 1, 250, TimeSpan.FromHours(1));

    public static OrderSubmitted Order(int lines)
    {
        OrderLine[] ordered = [.. Enumerable.Range(1, lines).Select(Line)];
        return new OrderSubmitted
        {
            OrderId = Guid.CreateVersion7(PlacedAt),
            CustomerId = "C-0012345",
            PlacedAt = PlacedAt,
            Currency = "EUR",
            Total = OrderRules.TotalOf(ordered),
            Lines = ordered,
        };
    }

    public static byte[] Plain(int lines) => JsonSerializer.SerializeToUtf8Bytes(Order(lines), OrderJson.Default.OrderSubmitted);

    /// <summary>In an envelope as MassTransit writes it, amounts as strings and all.</summary>
    public static byte[] Envelope(int lines)
    {
        var message = JsonSerializer.SerializeToUtf8Bytes(Order(lines), SystemTextJsonMessageSerializer.Options);
        return new MassTransitEnvelope(new TopologyNames(Exchange)).Wrap(message, Guid.CreateVersion7(), 1_795_212_901_000_000).ToArray();
    }

    /// <summary>A message with its properties as the producer sends them and as they lie in the receive buffer.</summary>
    public static Delivery Delivery(ulong tag, int lines)
    {
        var properties = (IAmqpWriteable)new BasicProperties
        {
            ContentType = MessageHeaders.PlainJson,
            DeliveryMode = DeliveryModes.Persistent,
            MessageId = Guid.CreateVersion7().ToString(),
            Headers = new Dictionary<string, object?> { [MessageHeaders.PublishedAt] = 1_795_212_901_000_000 },
        };
        var encoded = new byte[properties.GetRequiredBufferSize()];
        properties.WriteTo(encoded);
        return new Delivery(tag, Redelivered: false, Exchange, new MessageProperties(encoded), Plain(lines));
    }

    private static OrderLine Line(int number) => new() { Sku = $"SKU-{number:D5}", Quantity = 1 + (number % 9), UnitPrice = 4.99m + number };
}
