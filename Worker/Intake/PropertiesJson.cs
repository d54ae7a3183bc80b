using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Infrastructure.RabbitMq.Receiving;
using RabbitMQ.Client;

namespace Worker.Intake;

/// <summary>Writes a message's properties and headers as JSON that a <c>jsonb</c> column takes, whatever a stranger put into them.</summary>
internal static class PropertiesJson
{
    /// <param name="properties">What could be read.</param>
    /// <param name="encoded">All of them as AMQP encodes them, when not all could be read.</param>
    public static string Write(IReadOnlyBasicProperties properties, ReadOnlySpan<byte> encoded = default)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            WriteText(writer, "contentType", properties.ContentType);
            WriteText(writer, "contentEncoding", properties.ContentEncoding);
            WriteText(writer, "messageId", properties.MessageId);
            WriteText(writer, "correlationId", properties.CorrelationId);
            WriteText(writer, "replyTo", properties.ReplyTo);
            WriteText(writer, "type", properties.Type);
            WriteText(writer, "appId", properties.AppId);
            WriteText(writer, "userId", properties.UserId);
            WriteText(writer, "expiration", properties.Expiration);
            if (properties.IsDeliveryModePresent())
            {
                writer.WriteNumber("deliveryMode", (int)properties.DeliveryMode);
            }

            if (properties.IsPriorityPresent())
            {
                writer.WriteNumber("priority", properties.Priority);
            }

            if (properties.IsTimestampPresent())
            {
                writer.WriteNumber("timestamp", properties.Timestamp.UnixTime);
            }

            if (properties.Headers is { Count: > 0 } headers)
            {
                writer.WritePropertyName("headers");
                WriteTable(writer, headers, depth: 1);
            }

            if (!encoded.IsEmpty)
            {
                writer.WriteBase64String("encoded", encoded);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The text without what PostgreSQL cannot store.</summary>
    public static string? Storable(string? text) => text?.Replace('\0', '\uFFFD');

    private static void WriteText(Utf8JsonWriter writer, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            writer.WriteString(name, Storable(value));
        }
    }

    private static void WriteTable(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object?>> table, int depth)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in table)
        {
            writer.WritePropertyName(Storable(name)!);
            WriteValue(writer, value, depth + 1);
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value, int depth)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case byte[] text:
                // AMQP's long strings arrive as bytes. Those that are no UTF-8 become replacement characters.
                writer.WriteStringValue(Storable(Encoding.UTF8.GetString(text)));
                break;
            case BinaryTableValue binary:
                writer.WriteBase64StringValue(binary.Bytes);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case AmqpTimestamp timestamp:
                writer.WriteNumberValue(timestamp.UnixTime);
                break;
            case IDictionary<string, object?> table when depth <= EncodedProperties.MaxDepth:
                WriteTable(writer, table, depth);
                break;
            case IList list when depth <= EncodedProperties.MaxDepth:
                WriteList(writer, list, depth);
                break;
            case sbyte or byte or short or ushort or int or uint or long or decimal:
                writer.WriteNumberValue(Convert.ToDecimal(value, CultureInfo.InvariantCulture));
                break;
            default:
                writer.WriteStringValue(Storable(Convert.ToString(value, CultureInfo.InvariantCulture)));
                break;
        }
    }

    private static void WriteList(Utf8JsonWriter writer, IList list, int depth)
    {
        writer.WriteStartArray();
        foreach (var item in list)
        {
            WriteValue(writer, item, depth + 1);
        }

        writer.WriteEndArray();
    }
}
