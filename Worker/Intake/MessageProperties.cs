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
    public long? PublishedAt =>
        _read is null && TryReadEncoded(out var encoded) && encoded.TryFindInteger(MessageHeaders.PublishedAtUtf8, out var time)
            ? time
            : PublishTime.Of(Read());

    /// <summary>The content type is this one exactly, and no encoding is named. When not, the properties must be read to know more.</summary>
    public bool IsExactly(ReadOnlySpan<byte> contentType) =>
        _read is null && TryReadEncoded(out var encoded) && !encoded.IsEncoded && encoded.ContentType.SequenceEqual(contentType);

    /// <summary>All of them.</summary>
    public IReadOnlyBasicProperties Read() => _read ?? new ReadOnlyBasicProperties(Encoded.Span);

    /// <summary>The same, over a copy of the encoded bytes that lives longer.</summary>
    public MessageProperties Over(ReadOnlyMemory<byte> copy) => _read is null ? new MessageProperties(copy) : this;

    private bool TryReadEncoded(out EncodedProperties encoded) => EncodedProperties.TryRead(Encoded.Span, out encoded);
}
