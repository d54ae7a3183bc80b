using System.Text;
using Infrastructure.RabbitMq;
using Infrastructure.RabbitMq.Receiving;
using RabbitMQ.Client;

namespace Worker.Intake;

/// <summary>
/// What a message says of itself, as AMQP encodes it. Most messages are stored without more of it being read than the content type and the
/// time of publishing.
/// </summary>
/// <param name="encoded">As they came, flags first. Valid as long as the delivery is.</param>
internal readonly struct MessageProperties(ReadOnlyMemory<byte> encoded)
{
    /// <summary>As they came.</summary>
    public ReadOnlyMemory<byte> Encoded => encoded;

    /// <summary>When the message was handed to the broker, in Unix microseconds; <see langword="null"/> when it does not say.</summary>
    public long? PublishedAt => Integer(MessageHeaders.PublishedAtUtf8);

    /// <summary>How often the message was delivered in vain; 0 when the broker does not say. Worth a look only if it was delivered before.</summary>
    public long DeliveryCount => Integer(MessageHeaders.DeliveryCountUtf8) ?? 0;

    /// <summary>How often the message was handed out before; <see langword="null"/> when the broker does not say, as none before RabbitMQ 4 does.</summary>
    public long? AcquiredCount => Integer(MessageHeaders.AcquiredCountUtf8);

    /// <summary>The span that published the message, as W3C or MassTransit's header says it; empty when neither does in a form that is read at once.</summary>
    public ReadOnlySpan<byte> TraceParent
    {
        get
        {
            if (!TryReadEncoded(out var properties))
            {
                return default;
            }

            var own = properties.TextOf(MessageHeaders.TraceParentUtf8);
            return own.IsEmpty ? properties.TextOf(MessageHeaders.MassTransitActivityIdUtf8) : own;
        }
    }

    /// <summary>The content type is this one exactly, and no encoding is named. When not, the properties must be read to know more.</summary>
    public bool IsExactly(ReadOnlySpan<byte> contentType) =>
        TryReadEncoded(out var properties) && !properties.IsEncoded && properties.ContentType.SequenceEqual(contentType);

    /// <summary>All that can be read of them.</summary>
    public IReadOnlyBasicProperties Read() => Read(out _);

    /// <summary>All that can be read of them: without the headers that cannot, and none when nothing can.</summary>
    public IReadOnlyBasicProperties Read(out bool isComplete)
    {
        try
        {
            var isKnown = TryReadEncoded(out var properties);
            isComplete = isKnown && properties.HasReadableHeaders;
            return isComplete ? new ReadOnlyBasicProperties(encoded.Span)
                : isKnown ? new ReadOnlyBasicProperties(properties.WithReadableHeaders(encoded.Span))
                : new BasicProperties();
        }
        catch (Exception unreadable) when (unreadable is not OutOfMemoryException)
        {
            isComplete = false;
            return new BasicProperties();
        }
    }

    /// <summary>A header that is text; <see langword="null"/> when it is not there or something else.</summary>
    public static string? TextOf(IReadOnlyBasicProperties properties, string name) =>
        properties.Headers is { } headers && headers.TryGetValue(name, out var value) && value is byte[] text
            ? Encoding.UTF8.GetString(text)
            : null;

    private long? Integer(ReadOnlySpan<byte> name) =>
        TryReadEncoded(out var properties) && properties.TryFindInteger(name, out var number) ? number : null;

    private bool TryReadEncoded(out EncodedProperties properties) => EncodedProperties.TryRead(encoded.Span, out properties);
}
