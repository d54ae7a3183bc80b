using System.Diagnostics.Metrics;

namespace Infrastructure.Telemetry;

/// <summary>
/// Names of what is traced and measured: OpenTelemetry's where its conventions have one, otherwise beginning with <c>orders.</c>
/// What each means is in docs/telemetry.md, and a test holds that they agree.
/// </summary>
public static class TelemetryNames
{
    /// <summary>Meter and activity source of the worker.</summary>
    public const string Worker = "Orders.Worker";

    /// <summary>Meter and activity source of whoever publishes.</summary>
    public const string Producer = "Orders.Producer";

    /// <summary>How many messages a batch answers for.</summary>
    public const string BatchMessageCount = "messaging.batch.message_count";

    /// <summary>The message a span is about.</summary>
    public const string MessageId = "messaging.message.id";

    /// <summary>Why something failed, in one of few words.</summary>
    public const string ErrorType = "error.type";

    /// <summary>Sampled messages of a batch that its span has no link to, because it has as many as an exporter sends.</summary>
    public const string UnlinkedCount = "orders.unlinked_count";

    /// <summary>Why a batch was taken when it was.</summary>
    public const string FlushReason = "orders.flush.reason";

    /// <summary>Why messages are dead letters.</summary>
    public const string Reason = "orders.reason";

    /// <summary>How a message came in: <c>direct</c>, <c>assembled</c> or <c>overflow</c>.</summary>
    public const string DeliveryPath = "orders.delivery.path";

    /// <summary>The buckets that the conventions advise for what takes seconds at most.</summary>
    public static InstrumentAdvice<double> Seconds { get; } = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    /// <summary>The same, and beyond it what messages see that wait in a queue.</summary>
    public static InstrumentAdvice<double> SecondsOrMuchMore { get; } = new()
    {
        HistogramBucketBoundaries = [.. Seconds.HistogramBucketBoundaries!, 30, 60, 300, 900, 3600],
    };

    /// <summary>What every span and every measurement about messages says, whichever they are.</summary>
    /// <param name="operation">What is done with them; <c>messaging.operation.name</c>.</param>
    /// <param name="type">Of which kind that is; <c>messaging.operation.type</c>.</param>
    /// <param name="destination">The exchange or queue.</param>
    /// <param name="server">The broker's host.</param>
    /// <param name="port">The broker's port.</param>
    public static KeyValuePair<string, object?>[] Messaging(string operation, string type, string destination, string server, int port) =>
    [
        new("messaging.system", "rabbitmq"),
        new("messaging.operation.name", operation),
        new("messaging.operation.type", type),
        new("messaging.destination.name", destination),
        new("server.address", server),
        new("server.port", port),
    ];
}
