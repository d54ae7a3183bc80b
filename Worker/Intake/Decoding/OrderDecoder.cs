using System.Text.Json;
using System.Text.Unicode;
using Contracts;
using Infrastructure.Postgres;

namespace Worker.Intake.Decoding;

/// <summary>
/// Turns a message body into one row of PostgreSQL's COPY format, without an object in between. What it writes is canonical:
/// the same order gives the same bytes in either encoding, and the content hash is taken over them.
/// </summary>
internal static class OrderDecoder
{
    /// <summary>No comments, no trailing commas, no deeper than an order needs.</summary>
    public static readonly JsonReaderOptions Strict = new() { MaxDepth = OrderRules.MaxDepth };

    /// <summary>Appends the order's row.</summary>
    /// <returns>
    /// <see langword="null"/> when the row is complete; otherwise why not, and <paramref name="rows"/> may hold a part of it that the
    /// caller cuts off.
    /// </returns>
    public static Refusal? Decode(ReadOnlySpan<byte> body, BodyFormat format, CopyBuffer rows, out DecodedOrder order)
    {
        order = default;
        if (body.IsEmpty)
        {
            return Refusal.EmptyBody;
        }

        if (body.Length > OrderRules.MaxBodyBytes)
        {
            return Refusal.BodyTooLarge(body.Length);
        }

        if (format == BodyFormat.Plain && TryReadQuickly(body, rows, ref order))
        {
            return null;
        }

        // Once over the whole body: the JSON reader looks at the bytes of a string only when it is asked for its text.
        if (!Utf8.IsValid(body))
        {
            return Refusal.InvalidUtf8;
        }

        var refusal = Read(body, format, rows, ref order);
        return refusal is null ? null : DiagnoseBody(body) ?? refusal;
    }

    private static bool TryReadQuickly(ReadOnlySpan<byte> body, CopyBuffer rows, ref DecodedOrder order)
    {
        var start = rows.Length;
        if (SequentialOrderReader.TryRead(body, rows, amountsMayBeText: false, out order.OrderId, out var length)
            && body[length..].TrimStart(" \t\r\n"u8).IsEmpty)
        {
            return true;
        }

        rows.TruncateTo(start);
        return false;
    }

    private static Refusal? Read(ReadOnlySpan<byte> body, BodyFormat format, CopyBuffer rows, ref DecodedOrder order)
    {
        var reader = new Utf8JsonReader(body, Strict);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return Refusal.WrongRootType(reader.TokenType);
            }

            var refusal = format == BodyFormat.Envelope
                ? EnvelopeReader.Read(ref reader, body, rows, ref order)
                : OrderReader.Read(ref reader, body, rows, amountsMayBeText: false, ref order);

            // Reading on past the last brace is what refuses text that follows it.
            return refusal ?? (reader.Read() ? Refusal.WrongRootType(reader.TokenType) : null);
        }
        catch (JsonException exception)
        {
            return Refusal.MalformedJson(exception);
        }
        catch (InvalidOperationException)
        {
            // The reader's word for an escaped half of a surrogate pair, in a name or in a text that should be an id or a time.
            return BrokenRule.LoneSurrogate("the body");
        }
    }

    /// <summary>
    /// What is wrong with the body as JSON, whatever it says: nesting first, because a body that nests too deep is an attack or a bug
    /// and never just a wrong member. <see langword="null"/> when it is well-formed.
    /// </summary>
    private static Refusal? DiagnoseBody(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = OrderRules.MaxBodyBytes });
        try
        {
            while (reader.Read())
            {
                var opens = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
                if (opens && reader.CurrentDepth >= OrderRules.MaxDepth)
                {
                    return Refusal.DepthExceeded();
                }
            }

            return null;
        }
        catch (JsonException exception)
        {
            return Refusal.MalformedJson(exception);
        }
    }
}
