using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Contracts;

/// <summary>Reads a decimal without rounding: beyond 28 digits <see cref="decimal"/> would drop the rest in silence.</summary>
internal sealed class ExactDecimalConverter : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = reader.GetDecimal();
        ReadOnlySpan<byte> text = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        return Amount.FitsDecimal(text)
            ? value
            : throw new JsonException($"{Printable.Clip(Encoding.UTF8.GetString(text))} has more digits than can be kept");
    }

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
