namespace Infrastructure.RabbitMq;

/// <summary>Names of what travels beside a body, and the content types the worker understands.</summary>
public static class MessageHeaders
{
    /// <summary>When the order was handed to the broker: Unix microseconds, a long. Optional; publish-to-commit time comes from it.</summary>
    public const string PublishedAt = "published-at";

    /// <summary><see cref="PublishedAt"/> as it stands on the wire.</summary>
    public static ReadOnlySpan<byte> PublishedAtUtf8 => "published-at"u8;

    /// <summary>How often a quorum queue has delivered a message in vain: a long. On what was not delivered before it is a publisher's invention.</summary>
    public const string DeliveryCount = "x-delivery-count";

    /// <summary><see cref="DeliveryCount"/> as it stands on the wire.</summary>
    public static ReadOnlySpan<byte> DeliveryCountUtf8 => "x-delivery-count"u8;

    /// <summary>How often a quorum queue of RabbitMQ 4 has handed a message out before, in vain or until it was given back: a long.</summary>
    public const string AcquiredCount = "x-acquired-count";

    /// <summary><see cref="AcquiredCount"/> as it stands on the wire.</summary>
    public static ReadOnlySpan<byte> AcquiredCountUtf8 => "x-acquired-count"u8;

    /// <summary>Why the broker first moved a message to another queue, in its own word. Anybody can write such a header.</summary>
    public const string FirstDeathReason = "x-first-death-reason";

    /// <summary>On a dead letter that was sent back: its id, a slash, and for which time.</summary>
    public const string ReplayOf = "replay-of";

    /// <summary>The span that published the message, as W3C writes it. Optional; the span that stores the order links to it.</summary>
    public const string TraceParent = "traceparent";

    /// <summary><see cref="TraceParent"/> as it stands on the wire.</summary>
    public static ReadOnlySpan<byte> TraceParentUtf8 => "traceparent"u8;

    /// <summary>What tracing systems add to <see cref="TraceParent"/> for themselves.</summary>
    public const string TraceState = "tracestate";

    /// <summary>MassTransit's header for what <see cref="TraceParent"/> says, in the same form.</summary>
    public const string MassTransitActivityId = "MT-Activity-Id";

    /// <summary><see cref="MassTransitActivityId"/> as it stands on the wire.</summary>
    public static ReadOnlySpan<byte> MassTransitActivityIdUtf8 => "MT-Activity-Id"u8;

    /// <summary>Content type of an order as plain JSON.</summary>
    public const string PlainJson = "application/json";

    /// <summary><see cref="PlainJson"/> as it stands on the wire.</summary>
    public static ReadOnlySpan<byte> PlainJsonUtf8 => "application/json"u8;

    /// <summary>Content type of an order inside MassTransit's envelope.</summary>
    public const string Envelope = "application/vnd.masstransit+json";

    /// <summary><see cref="Envelope"/> as it stands on the wire.</summary>
    public static ReadOnlySpan<byte> EnvelopeUtf8 => "application/vnd.masstransit+json"u8;
}
