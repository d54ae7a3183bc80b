using Infrastructure.RabbitMq;
using RabbitMQ.Client;

namespace Worker.Intake.Decoding;

/// <summary>How an order is written in a body.</summary>
internal enum BodyFormat
{
    /// <summary>The order alone.</summary>
    Plain,

    /// <summary>The order as <c>message</c> of a MassTransit envelope.</summary>
    Envelope,
}

/// <summary>Reads the format off a message's properties.</summary>
internal static class BodyFormats
{
    /// <summary>Why the body cannot be read, or <see langword="null"/>.</summary>
    public static Refusal? Of(in MessageProperties properties, out BodyFormat format)
    {
        if (properties.IsExactly(MessageHeaders.PlainJsonUtf8))
        {
            format = BodyFormat.Plain;
            return null;
        }

        if (properties.IsExactly(MessageHeaders.EnvelopeUtf8))
        {
            format = BodyFormat.Envelope;
            return null;
        }

        return Of(properties.Read(), out format);
    }

    /// <summary>Why the body cannot be read, or <see langword="null"/>. Without a content type it is taken for plain JSON, as many clients send none.</summary>
    public static Refusal? Of(IReadOnlyBasicProperties properties, out BodyFormat format)
    {
        format = BodyFormat.Plain;
        if (properties.ContentEncoding is { Length: > 0 } encoding && !IsPlainText(encoding))
        {
            return Refusal.ContentEncoding(encoding);
        }

        if (properties.ContentType is not { Length: > 0 } contentType || Is(contentType, MessageHeaders.PlainJson))
        {
            return null;
        }

        format = BodyFormat.Envelope;
        return Is(contentType, MessageHeaders.Envelope) ? null : Refusal.ContentType(contentType);
    }

    // Parameters may follow, as in: application/json; charset=utf-8
    private static bool Is(string contentType, string wanted)
    {
        if (ReferenceEquals(contentType, wanted) || contentType == wanted)
        {
            return true;
        }

        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        var mediaType = end < 0 ? contentType.AsSpan() : contentType.AsSpan(0, end);
        return mediaType.Trim().Equals(wanted, StringComparison.OrdinalIgnoreCase);
    }

    // Some clients name the character set here; anything else is a compression.
    private static bool IsPlainText(string encoding) =>
        encoding.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
        || encoding.Equals("utf8", StringComparison.OrdinalIgnoreCase)
        || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase);
}
