using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Contracts;

/// <summary>Reads a decimal without rounding: beyond 28 digits <see cref="decimal"/> would drop the rest in silence.</summary>
internal sealed class ExactDecimalConverter : JsonConverter<decimal>
{
    private const int AlwaysExact = 28;

    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = reader.GetDecimal();
        ReadOnlySpan<byte> text = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        var mayHaveRounded = text.Length > AlwaysExact || text.ContainsAny((byte)'e', (byte)'E');
        if (mayHaveRounded && Amount.Read(text, OrderRules.UnitPriceDecimals, out _) is AmountReading.TooManyDecimals
            && decimal.Round(value, OrderRules.UnitPriceDecimals) == value)
        {
            throw new JsonException($"{Printable.Clip(System.Text.Encoding.UTF8.GetString(text))} has more digits than can be kept");
        }

        return value;
    }

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
