using System.Text.Json;
using Infrastructure.Postgres;
using Infrastructure;

namespace Worker.Intake.Decoding;

/// <summary>
/// Reads the order out of a MassTransit envelope. The envelope itself is MassTransit's and may grow members; only <c>message</c> is
/// read strictly. Addresses in it are never followed.
/// </summary>
internal static class EnvelopeReader
{
    private const string Owner = "the envelope";

    // Where a JSON reader goes on that has not seen the message itself.
    private static readonly JsonReaderState AfterMessage = StateAfterMessage();

    /// <summary>The reader stands on the envelope's opening brace, and afterwards on the closing one.</summary>
    public static Refusal? Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, CopyBuffer rows, ref DecodedOrder order)
    {
        var hasMessage = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("message"u8))
            {
                if (hasMessage)
                {
                    return Refusal.DuplicateMember(Owner, "message");
                }

                hasMessage = true;
                reader.Read();
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    return Refusal.WrongType("message", reader.TokenType, "an object");
                }

                if (ReadMessage(ref reader, body, rows, ref order) is { } refusal)
                {
                    return refusal;
                }
            }
            else if (reader.ValueTextEquals("sentTime"u8))
            {
                reader.Read();
                ReadSentTime(ref reader, ref order);
            }
            else
            {
                reader.Skip();
            }
        }

        return hasMessage ? null : Refusal.MissingMember(Owner, "message");
    }

    // MassTransit writes decimals as text, so that no reader makes them binary fractions.
    private static Refusal? ReadMessage(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, CopyBuffer rows, ref DecodedOrder order)
    {
        var start = (int)reader.TokenStartIndex;
        if (SequentialOrderReader.TryRead(body[start..], rows, amountsMayBeText: true, out order.OrderId, out var length))
        {
            reader = new Utf8JsonReader(body[(start + length)..], isFinalBlock: true, AfterMessage);
            return null;
        }

        return OrderReader.Read(ref reader, body, rows, amountsMayBeText: true, ref order);
    }

    private static JsonReaderState StateAfterMessage()
    {
        var reader = new Utf8JsonReader("{\"message\":{}"u8, isFinalBlock: false, new JsonReaderState(OrderDecoder.Strict));
        while (reader.Read())
        {
            // To the end of what is there.
        }

        return reader.CurrentState;
    }

    private static void ReadSentTime(ref Utf8JsonReader reader, ref DecodedOrder order)
    {
        // MassTransit escapes nothing in it, and what is escaped might not even be text.
        if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && reader.TryGetDateTimeOffset(out var sentTime))
        {
            order.SentAt = UnixMicroseconds.Of(sentTime);
        }

        // A time that cannot be read costs a latency sample, not the order.
        reader.Skip();
    }
}
