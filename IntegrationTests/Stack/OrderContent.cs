using System.Globalization;
using System.Text.Json;
using Contracts;
using Npgsql;

namespace IntegrationTests.Stack;

/// <summary>What an order says, told apart from how it was spelled.</summary>
internal sealed record OrderContent(string Customer, DateTime PlacedAt, string Currency, decimal Total, string Lines, Guid Hash)
{
    public static OrderContent Of(OrderSubmitted order, Guid hash) =>
        new(order.CustomerId, order.PlacedAt.UtcDateTime, order.Currency, order.Total, TextOf(order.Lines), hash);

    /// <summary>Every row of <c>orders</c>.</summary>
    public static async IAsyncEnumerable<(Guid Id, OrderContent Content)> StoredAsync(Pipeline pipeline)
    {
        await using var connection = new NpgsqlConnection(pipeline.DatabaseConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select order_id, customer_id, placed_at, currency, total, lines, content_hash from orders", connection);
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            var lines = JsonSerializer.Deserialize(row.GetString(5), OrderJson.Default.IReadOnlyListOrderLine)!;
            yield return (row.GetGuid(0), new OrderContent(
                row.GetString(1), row.GetDateTime(2), row.GetString(3), row.GetDecimal(4), TextOf(lines), row.GetGuid(6)));
        }
    }

    private static string TextOf(IReadOnlyList<OrderLine> lines) =>
        string.Join(';', lines.Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Quantity} {line.Sku} {line.UnitPrice:0.####}")));
}
