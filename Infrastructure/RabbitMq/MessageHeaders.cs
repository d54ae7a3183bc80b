namespace Infrastructure.RabbitMq;

/// <summary>Names of what travels beside a body, and the content types the worker understands.</summary>
public static class MessageHeaders
{
    /// <summary>When the order was handed to the broker: Unix microseconds, a long. Optional; publish-to-commit time comes from it.</summary>
    public const string PublishedAt = "published-at";

    /// <summary><see cref="PublishedAt"/> as it stands on the wire.</summary>
    public static ReadOnlySpan<byte> PublishedAtUtf8 => "published-at"u8;

    /// <summary>Content type of an order as plain JSON.</summary>
    public const string PlainJson = "application/json";

    /// <summary><see cref="PlainJson"/> as it stands on the wire.</summary>
    public static ReadOnlySpan<byte> PlainJsonUtf8 => "application/json"u8;

    /// <summary>Content type of an order inside MassTransit's envelope.</summary>
    public const string Envelope = "application/vnd.masstransit+json";

    /// <summary><see cref="Envelope"/> as it stands on the wire.</summary>
    public static ReadOnlySpan<byte> EnvelopeUtf8 => "application/vnd.masstransit+json"u8;
}
