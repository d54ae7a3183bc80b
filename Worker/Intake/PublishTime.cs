using Infrastructure.RabbitMq;
using RabbitMQ.Client;

namespace Worker.Intake;

/// <summary>When a message was handed to the broker, as its header says.</summary>
internal static class PublishTime
{
    /// <summary>Unix microseconds, or <see langword="null"/> without a header that can be read.</summary>
    public static long? Of(IReadOnlyBasicProperties properties)
    {
        if (properties.Headers is not { } headers || !headers.TryGetValue(MessageHeaders.PublishedAt, out var value))
        {
            return null;
        }

        return value switch
        {
            long microseconds => microseconds,
            int microseconds => microseconds,
            _ => null,
        };
    }
}
