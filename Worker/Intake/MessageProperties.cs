using System.Text;
using Infrastructure.RabbitMq;
using Infrastructure.RabbitMq.Receiving;
using RabbitMQ.Client;

namespace Worker.Intake;

/// <summary>
/// What a message says of itself: as the client read it, or still as AMQP encodes it. Most messages are stored without anybody having
/// read more of it than the content type and the time of publishing.
/// </summary>
internal readonly struct MessageProperties
{
    private readonly IReadOnlyBasicProperties? _read;

    public MessageProperties(IReadOnlyBasicProperties read) => _read = read;

    public MessageProperties(ReadOnlyMemory<byte> encoded) => Encoded = encoded;

    /// <summary>As they came, empty for those that the client has read. Valid as long as the delivery is.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>About how many bytes they keep in memory for as long as the batch does.</summary>
    public long Size => _read is null ? Encoded.Length : HeaderSize.Of(_read);

    /// <summary>When the message was handed to the broker, in Unix microseconds; <see langword="null"/> when it does not say.</summary>
    public long? PublishedAt => Integer(MessageHeaders.PublishedAt, MessageHeaders.PublishedAtUtf8);

    /// <summary>How often the message was delivered in vain; 0 when the broker does not say. Worth a look only if it was delivered before.</summary>
    public long DeliveryCount => Integer(MessageHeaders.DeliveryCount, MessageHeaders.DeliveryCountUtf8) ?? 0;

    /// <summary>How often the message was handed out before; <see langword="null"/> when the broker does not say, as none before RabbitMQ 4 does.</summary>
    public long? AcquiredCount => Integer(MessageHeaders.AcquiredCount, MessageHeaders.AcquiredCountUtf8);

    /// <summary>The span that published the message, as W3C or MassTransit's header says it; empty when neither does in a form that is read at once.</summary>
    public ReadOnlySpan<byte> TraceParent
    {
        get
        {
            if (_read is not null)
            {
                return HeaderOf(_read, MessageHeaders.TraceParent) ?? HeaderOf(_read, MessageHeaders.MassTransitActivityId);
            }

            if (!TryReadEncoded(out var encoded))
            {
                return default;
            }

            var own = encoded.TextOf(MessageHeaders.TraceParentUtf8);
            return own.IsEmpty ? encoded.TextOf(MessageHeaders.MassTransitActivityIdUtf8) : own;
        }
    }

    /// <summary>The content type is this one exactly, and no encoding is named. When not, the properties must be read to know more.</summary>
    public bool IsExactly(ReadOnlySpan<byte> contentType) =>
        _read is null && TryReadEncoded(out var encoded) && !encoded.IsEncoded && encoded.ContentType.SequenceEqual(contentType);

    /// <summary>All that can be read of them.</summary>
    public IReadOnlyBasicProperties Read() => Read(out _);

    /// <summary>All that can be read of them: without the headers when those cannot, and none when nothing can.</summary>
    public IReadOnlyBasicProperties Read(out bool isComplete)
    {
        isComplete = true;
        if (_read is not null)
        {
            return _read;
        }

        try
        {
            var isKnown = TryReadEncoded(out var encoded);
            isComplete = isKnown && encoded.HasReadableHeaders;
            return isComplete ? new ReadOnlyBasicProperties(Encoded.Span)
                : isKnown ? new ReadOnlyBasicProperties(encoded.WithoutHeaders(Encoded.Span))
                : new BasicProperties();
        }
        catch (Exception unreadable) when (unreadable is not OutOfMemoryException)
        {
            isComplete = false;
            return new BasicProperties();
        }
    }

    /// <summary>The same, over a copy of the encoded bytes that lives longer.</summary>
    public MessageProperties Over(ReadOnlyMemory<byte> copy) => _read is null ? new MessageProperties(copy) : this;

    private long? Integer(string name, ReadOnlySpan<byte> nameUtf8) => _read is not null
        ? IntegerHeader.Of(_read, name)
        : TryReadEncoded(out var encoded) && encoded.TryFindInteger(nameUtf8, out var number) ? number : null;

    /// <summary>A header that is text, as it stands on the wire; <see langword="null"/> when it is not there or something else.</summary>
    private static byte[]? HeaderOf(IReadOnlyBasicProperties properties, string name) =>
        properties.Headers is { } headers && headers.TryGetValue(name, out var value) ? value as byte[] : null;

    /// <summary>The same as text.</summary>
    public static string? TextOf(IReadOnlyBasicProperties properties, string name) =>
        HeaderOf(properties, name) is { } text ? Encoding.UTF8.GetString(text) : null;

    private bool TryReadEncoded(out EncodedProperties encoded) => EncodedProperties.TryRead(Encoded.Span, out encoded);
}
