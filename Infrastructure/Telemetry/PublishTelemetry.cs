using System.Diagnostics;
using System.Diagnostics.Metrics;
using Infrastructure.RabbitMq;

namespace Infrastructure.Telemetry;

/// <summary>
/// What whoever publishes can be asked: a span a message, and how long the broker takes to confirm. While nobody listens it costs a look
/// at two flags a message.
/// </summary>
internal sealed class PublishTelemetry
{
    /// <summary>Error of a message whose channel went before the broker said anything about it.</summary>
    public const string ChannelLost = "channel_lost";

    private const string Operation = "publish";

    private static readonly ActivitySource Source = new(TelemetryNames.Producer);
    private static readonly Meter Meter = new(TelemetryNames.Producer);

    private static readonly Counter<long> Sent = Meter.CreateCounter<long>(
        "messaging.client.sent.messages", "{message}", "Messages handed to the broker, those that it refused or never confirmed included.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "messaging.client.operation.duration", "s", "From handing a message to the broker to its confirm.", tags: null, TelemetryNames.Seconds);

    private readonly string _spanName;
    private readonly KeyValuePair<string, object?>[] _tags;

    public PublishTelemetry(RabbitMqConnector connector)
    {
        var (exchange, broker) = (connector.Names.Exchange, connector.Endpoint);
        _spanName = $"{Operation} {exchange}";
        _tags = TelemetryNames.Messaging(Operation, "send", exchange, broker.HostName, broker.Port);
    }

    /// <summary>Begins the span of a message, which <see cref="End"/> must end.</summary>
    /// <returns><see langword="null"/> when nobody listens.</returns>
    public Activity? Begin(string messageId)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var ambient = Activity.Current;
        var span = Source.StartActivity(
            _spanName, ActivityKind.Producer, default(ActivityContext), [.. _tags, new(TelemetryNames.MessageId, messageId)]);

        // The caller goes on with the next message, and nothing of that belongs beneath this one.
        Activity.Current = ambient;
        return span;
    }

    /// <summary>The broker has answered for a message, or its channel went.</summary>
    /// <param name="elapsed">Since it was handed over.</param>
    /// <param name="error">Why it is not confirmed; <see langword="null"/> when it is.</param>
    public void Answered(TimeSpan elapsed, string? error = null)
    {
        if (Sent.Enabled || Duration.Enabled)
        {
            ReadOnlySpan<KeyValuePair<string, object?>> tags = error is null ? _tags : [.. _tags, new(TelemetryNames.ErrorType, error)];
            Sent.Add(1, tags);
            Duration.Record(elapsed.TotalSeconds, tags);
        }
    }

    /// <summary>Ends a span, if there is one.</summary>
    /// <param name="span">What <see cref="Begin"/> gave.</param>
    /// <param name="error">Why the message is given up; <see langword="null"/> when it is confirmed.</param>
    /// <param name="detail">The same in words.</param>
    public static void End(Activity? span, string? error = null, string? detail = null)
    {
        if (span is null)
        {
            return;
        }

        if (error is not null)
        {
            span.SetTag(TelemetryNames.ErrorType, error).SetStatus(ActivityStatusCode.Error, detail);
        }

        // It ends on another thread than it began, whose own activity is none of its business.
        var ambient = Activity.Current;
        span.Stop();
        Activity.Current = ambient;
    }

    /// <summary>Publishes one message and measures it.</summary>
    /// <param name="messageId">Its id.</param>
    /// <param name="publish">Publishes it, with the span it is given in its headers; ends with its confirm.</param>
    /// <param name="time">The clock.</param>
    public async Task ObserveAsync(string messageId, Func<Activity?, Task> publish, TimeProvider time)
    {
        var span = Begin(messageId);
        var started = time.GetTimestamp();
        try
        {
            await publish(span);
            Answered(time.GetElapsedTime(started));
            End(span);
        }
        catch (Exception failure)
        {
            var error = failure.GetType().FullName;
            Answered(time.GetElapsedTime(started), error);
            End(span, error, failure.Message);
            throw;
        }
    }
}
