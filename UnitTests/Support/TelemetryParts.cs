using System.Diagnostics;
using System.Diagnostics.Metrics;
using Infrastructure.RabbitMq;
using Microsoft.Extensions.DependencyInjection;

namespace UnitTests.Support;

/// <summary>What telemetry needs to know of its surroundings.</summary>
internal static class TelemetryParts
{
    /// <summary>A broker that is not asked anything but where it is.</summary>
    public static RabbitMqConnector Connector { get; } = new(() => new RabbitMqOptions { ConnectionString = "amqp://guest:secret@broker.example:5673/shop", Pipeline = "shop" });

    /// <summary>Meters of a test's own, which end with the provider.</summary>
    public static ServiceProvider Meters() => new ServiceCollection().AddMetrics().BuildServiceProvider();

    public static IMeterFactory Factory(this ServiceProvider meters) => meters.GetRequiredService<IMeterFactory>();

    /// <summary>A span somewhere else, as a header names it.</summary>
    public static string TraceParent(bool isSampled = true) =>
        $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-{(isSampled ? "01" : "00")}";
}
