using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Contracts;

namespace Producer.Generate;

/// <summary>Breaks valid orders in every way a worker has to bear. Each stays on one line.</summary>
internal static class BrokenOrders
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Those that are JSON, but no order.
    private static readonly Action<JsonObject>[] WrongOrders =
    [
        order => order["total"] = 987_654_321.01m,
        order => order["total"] = -1,
        order => order["total"] = 0.001m,
        order => order.Remove("currency"),
        order => order.Remove("orderId"),
        order => order["priority"] = 1,
        order => order["currency"] = "eur",
        order => order["currency"] = null,
        order => order["customerId"] = "",
        order => order["customerId"] = "a\0b",
        order => order["customerId"] = new string('x', OrderRules.MaxCustomerIdLength + 1),
        order => order["orderId"] = "not-a-uuid",
        order => order["placedAt"] = "2026-01-01T00:00:00",
        order => order["placedAt"] = "yesterday",
        order => order["lines"] = new JsonArray(),
        order => order["lines"]![0]!["unitPrice"] = 1.00001m,
        order => order["lines"]![0]!["unitPrice"] = -0.01m,
        order => order["lines"]![0]!["quantity"] = 0,
        order => order["lines"]![0]!["quantity"] = "many",
        order => order["lines"]![0]!["sku"] = "",
        order => order["lines"]![0]!.AsObject().Remove("sku"),
    ];

    // Those that are not even that.
    private static readonly Func<string, string>[] WrongTexts =
    [
        json => json[..(json.Length * 2 / 3)],
        json => json + "}",
        json => json.Replace('"', '\''),
        json => json.Insert(1, "\"currency\":\"EUR\","),
        json => json.Replace("\"sku\":\"", "\"sku\":\"\\ud800", StringComparison.Ordinal),
        json => json.Insert(1, $"\"deep\":{new string('[', OrderRules.MaxDepth + 1)}{new string(']', OrderRules.MaxDepth + 1)},"),
        _ => "{}",
        _ => "null",
        _ => "order",
    ];

    /// <summary>How many ways there are.</summary>
    public static int Ways => WrongOrders.Length + WrongTexts.Length + 1;

    /// <summary>A broken copy of an order, in a way that chance picks.</summary>
    public static byte[] Break(ReadOnlySpan<byte> order, Prng random) => Break(order, random.Next(Ways));

    /// <summary>A broken copy of an order.</summary>
    /// <param name="order">A valid order.</param>
    /// <param name="way">0 to <see cref="Ways"/>, excluded.</param>
    public static byte[] Break(ReadOnlySpan<byte> order, int way)
    {
        if (way < WrongOrders.Length)
        {
            var json = JsonNode.Parse(order)!.AsObject();
            WrongOrders[way](json);
            return JsonSerializer.SerializeToUtf8Bytes(json, Readable);
        }

        way -= WrongOrders.Length;
        return way < WrongTexts.Length
            ? Encoding.UTF8.GetBytes(WrongTexts[way](Encoding.UTF8.GetString(order)))
            : WithInvalidUtf8(order);
    }

    // A byte that no UTF-8 text holds, where the customer's id begins.
    private static byte[] WithInvalidUtf8(ReadOnlySpan<byte> order)
    {
        var broken = order.ToArray();
        broken[order.IndexOf("customerId"u8) + "customerId\":\""u8.Length] = 0xFF;
        return broken;
    }
}
