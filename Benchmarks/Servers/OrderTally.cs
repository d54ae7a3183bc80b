using System.Buffers.Text;
using System.Text.Json;
using Infrastructure;

namespace Benchmarks.Servers;

/// <summary>Sums up published orders from their JSON. Each must be valid and different.</summary>
internal sealed class OrderTally
{
    private long _orders;
    private decimal _total;
    private decimal _placedAt;
    private long _quantity;

    public Contents Contents => new(_orders, _total, _placedAt, _quantity);

    public void Add(ReadOnlySpan<byte> order)
    {
        _orders++;
        var reader = new Utf8JsonReader(order);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.ValueTextEquals("total"u8))
            {
                reader.Read();
                _total += Amount(reader);
            }
            else if (reader.ValueTextEquals("placedAt"u8))
            {
                reader.Read();
                _placedAt += UnixMicroseconds.Of(reader.GetDateTimeOffset());
            }
            else if (reader.ValueTextEquals("quantity"u8))
            {
                reader.Read();
                _quantity += reader.GetInt64();
            }
        }
    }

    // MassTransit writes amounts as strings.
    private static decimal Amount(Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetDecimal()
        : Utf8Parser.TryParse(reader.ValueSpan, out decimal amount, out _) ? amount
        : throw new JsonException("An amount is neither a number nor a string that holds one.");
}
