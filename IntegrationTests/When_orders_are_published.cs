using System.Text;
using System.Text.Json;
using Contracts;
using Infrastructure.RabbitMq;
using IntegrationTests.Stack;
using Microsoft.EntityFrameworkCore;

namespace IntegrationTests;

public sealed class When_orders_are_published
{
    [Fact]
    public async Task Both_encodings_of_an_order_are_stored_alike()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        var plain = Some.Order(customer: "Zoë \"Z\" \\ 😀");
        var enveloped = plain with { OrderId = Guid.CreateVersion7() };
        await pipeline.PublishAsync(Some.Json(plain));
        await pipeline.PublishAsync(Some.Envelope(enveloped), properties => properties.ContentType = MessageHeaders.Envelope);

        await Eventually.EqualAsync(2L, "orders", () => pipeline.CountAsync("orders"));
        await using var context = pipeline.Context();
        var rows = await context.Orders.ToListAsync();
        Assert.Equal(new HashSet<Guid> { plain.OrderId, enveloped.OrderId }, rows.Select(row => row.OrderId).ToHashSet());
        Assert.All(rows, row =>
        {
            Assert.Equal(plain.CustomerId, row.CustomerId);
            Assert.Equal(plain.PlacedAt, row.PlacedAt);
            Assert.Equal(plain.Currency, row.Currency);
            Assert.Equal(plain.Total, row.Total);
            var line = Assert.Single(row.Lines);
            Assert.Equal(("SKU-1", 2, 2.5m), (line.Sku, line.Quantity, line.UnitPrice));
        });
    }

    [Fact]
    public async Task The_same_order_in_the_other_encoding_is_a_duplicate_not_a_conflict()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        var order = Some.Order();
        await pipeline.PublishAsync(Some.Json(order));
        await Eventually.EqualAsync(1L, "orders", () => pipeline.CountAsync("orders"));
        await pipeline.PublishAsync(Some.Envelope(order), properties => properties.ContentType = MessageHeaders.Envelope);

        await Eventually.EqualAsync(1L, "duplicates", async () => (await worker.StatusAsync()).GetProperty("duplicates").GetInt64());
        Assert.Equal(0, await pipeline.CountAsync("dead_letters"));
    }

    [Fact]
    public async Task The_view_shows_each_line_as_a_row()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        var order = Some.Order() with
        {
            Total = 3.75m,
            Lines =
            [
                new OrderLine { Sku = "A", Quantity = 3, UnitPrice = 1.2499m },
                new OrderLine { Sku = "B", Quantity = 1, UnitPrice = 0m },
            ],
        };
        await pipeline.PublishAsync(Some.Json(order));

        await Eventually.EqualAsync(1L, "orders", () => pipeline.CountAsync("orders"));
        await using var context = pipeline.Context();
        var lines = await context.OrderLines.OrderBy(line => line.LineNumber).ToListAsync();
        Assert.Equal([(1, "A", 3, 1.2499m), (2, "B", 1, 0m)], lines.Select(line => (line.LineNumber, line.Sku, line.Quantity, line.UnitPrice)));
    }

    [Fact]
    public async Task Content_type_parameters_and_a_missing_content_type_are_understood()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await pipeline.PublishAsync(Some.Body(), properties => properties.ContentType = "application/json; charset=utf-8");
        await pipeline.PublishAsync(Some.Body(), properties => properties.ClearContentType());
        await pipeline.PublishAsync(Some.Body(), properties => properties.ContentEncoding = "utf-8");

        await Eventually.EqualAsync(3L, "orders", () => pipeline.CountAsync("orders"));
    }

    [Fact]
    public async Task An_order_of_ten_thousand_lines_is_stored_whole()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await pipeline.PublishAsync(Some.Json(Some.OrderOf(lines: 10_000)));

        await Eventually.EqualAsync(10_000L, "lines", () => pipeline.CountAsync("order_lines"));
    }

    [Fact]
    public async Task Publish_to_commit_time_comes_from_the_header()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        var aSecondAgo = DateTimeOffset.UtcNow.AddSeconds(-1).ToUnixTimeMilliseconds() * 1000;
        await pipeline.PublishAsync(Some.Body(), properties =>
            properties.Headers = new Dictionary<string, object?> { [MessageHeaders.PublishedAt] = aSecondAgo });

        await Eventually.EqualAsync(1L, "orders with a time", async () => (await LatencyAsync()).GetProperty("count").GetInt64());
        Assert.InRange((await LatencyAsync()).GetProperty("p50").GetDouble(), 1000, 30_000);

        async Task<JsonElement> LatencyAsync() => (await worker.StatusAsync()).GetProperty("publishToCommitMs");
    }

    [Fact]
    public async Task Text_of_all_planes_and_extremes_of_every_type_survive()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        var everyPlane = string.Concat(Enumerable.Range(0, 17).Select(plane => char.ConvertFromUtf32((plane << 16) + 0x41)));
        OrderSubmitted[] orders =
        [
            Some.Order(customer: everyPlane),
            Some.Order(customer: "\u0001\t\r\n\u001F\u007F\u2028\u202E"),
            Some.Order(Guid.Empty),
            Some.Order(new Guid(Enumerable.Repeat((byte)0xFF, 16).ToArray())),
            Some.Order() with { PlacedAt = DateTimeOffset.MinValue },
            Some.Order() with { PlacedAt = DateTimeOffset.MaxValue },
            Some.Order() with { PlacedAt = new DateTimeOffset(1999, 12, 31, 23, 59, 59, 999, TimeSpan.FromHours(-14)) },
            Some.Order() with { Total = OrderRules.MaxTotal, Lines = [new OrderLine { Sku = "A", Quantity = 1000, UnitPrice = 9_999_999_999_999.9999m }, new OrderLine { Sku = "B", Quantity = 1, UnitPrice = 0.09m }] },
            Some.Order() with { Total = 0m, Lines = [new OrderLine { Sku = "free", Quantity = OrderRules.MaxQuantity, UnitPrice = 0m }] },
            Some.Order() with { Total = 0.01m, Lines = [new OrderLine { Sku = "half a cent", Quantity = 1, UnitPrice = 0.005m }] },
        ];
        await pipeline.PublishAsync(orders.Select(Some.Json));

        await Eventually.EqualAsync(orders.Length, "orders", async () => (int)await pipeline.CountAsync("orders"));
        await using var context = pipeline.Context();
        var rows = await context.Orders.ToDictionaryAsync(row => row.OrderId);
        Assert.All(orders, order =>
        {
            var row = rows[order.OrderId];
            Assert.Equal(order.CustomerId, row.CustomerId);
            Assert.Equal(order.PlacedAt.UtcTicks / TimeSpan.TicksPerMicrosecond, row.PlacedAt.UtcTicks / TimeSpan.TicksPerMicrosecond);
            Assert.Equal(order.Total, row.Total);
            Assert.Equal(order.Lines.Select(line => (line.Sku, line.Quantity, line.UnitPrice)), row.Lines.Select(line => (line.Sku, line.Quantity, line.UnitPrice)));
        });
    }
}
