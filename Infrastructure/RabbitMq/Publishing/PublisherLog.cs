using Microsoft.Extensions.Logging;

namespace Infrastructure.RabbitMq.Publishing;

/// <summary>What the publisher tells people. Event ids 3100 to 3199.</summary>
internal static partial class PublisherLog
{
    [LoggerMessage(3100, LogLevel.Warning, "The broker cannot be reached: {Reason}. Trying again for up to {Seconds:0} s.")]
    public static partial void BrokerNotReached(this ILogger logger, string reason, double seconds);

    [LoggerMessage(3101, LogLevel.Warning, "Confirms stopped: {Reason}. Connecting anew; what is unconfirmed is published again with the same ids.")]
    public static partial void ChannelLost(this ILogger logger, string reason);

    [LoggerMessage(3102, LogLevel.Information, "Connected to the broker again.")]
    public static partial void Reconnected(this ILogger logger);

    [LoggerMessage(3103, LogLevel.Warning, "The broker blocks publishers ({Reason}). Waiting for it, up to {Seconds:0} s.")]
    public static partial void Blocked(this ILogger logger, string reason, double seconds);

    [LoggerMessage(3104, LogLevel.Information, "The broker lets publishers go on.")]
    public static partial void Unblocked(this ILogger logger);

    [LoggerMessage(3105, LogLevel.Warning, "The broker refuses orders: {Reason}. Publishing them again as it takes them.")]
    public static partial void Refused(this ILogger logger, string reason);

    [LoggerMessage(3106, LogLevel.Error, "Gave up: {Reason}.")]
    public static partial void GaveUp(this ILogger logger, string reason);

    [LoggerMessage(3107, LogLevel.Warning, "No order was answered for {Seconds:0} s, and the broker can be reached. The order bus is replaced.")]
    public static partial void BusIsSilent(this ILogger logger, double seconds);
}
