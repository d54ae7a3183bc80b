using System.Text.Json;
using System.Text.Json.Serialization;

namespace Contracts;

/// <summary>
/// ISO 8601 with an offset. Without one the framework would read the time as this machine's local time: another instant on another machine.
/// </summary>
internal sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = reader.GetDateTimeOffset();
        var text = reader.GetString()!;
        return HasOffset(text) ? value : throw new JsonException(BrokenRule.PlacedAtOffset(text).ToString());
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    // A date alone has no 'T', and its hyphens are no offset.
    private static bool HasOffset(string text)
    {
        var time = text.IndexOf('T', StringComparison.Ordinal);
        return time >= 0 && text.AsSpan(time).ContainsAny('Z', '+', '-');
    }
}
