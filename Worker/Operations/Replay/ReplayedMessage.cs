using System.Text.Json;
using Infrastructure.Postgres;
using Infrastructure.RabbitMq;
using RabbitMQ.Client;

namespace Worker.Operations.Replay;

/// <summary>A dead letter as the message that it was, as far as a worker looks at it. No I/O.</summary>
internal static class ReplayedMessage
{
    /// <summary>
    /// Its properties. Not its expiration, nor when it was published, whom to answer and which user sent it: that was about the first time. It
    /// carries which letter it is and which time this is, so that a new failure becomes a letter of its own, and the same one only one.
    /// </summary>
    public static BasicProperties PropertiesOf(DeadLetterRow letter)
    {
        using var seen = JsonDocument.Parse(letter.Headers);
        var properties = new BasicProperties
        {
            DeliveryMode = DeliveryModes.Persistent,
            Headers = new Dictionary<string, object?> { [MessageHeaders.ReplayOf] = FormattableString.Invariant($"{letter.Id}/{letter.ReplayCount + 1}") },
        };
        Set(seen, "contentType", text => properties.ContentType = text);
        Set(seen, "contentEncoding", text => properties.ContentEncoding = text);
        Set(seen, "messageId", text => properties.MessageId = text);
        Set(seen, "correlationId", text => properties.CorrelationId = text);
        Set(seen, "type", text => properties.Type = text);
        Set(seen, "appId", text => properties.AppId = text);
        return properties;
    }

    private static void Set(JsonDocument seen, string name, Action<string> set)
    {
        if (seen.RootElement.TryGetProperty(name, out var value) && value.GetString() is { } text)
        {
            set(text);
        }
    }
}
