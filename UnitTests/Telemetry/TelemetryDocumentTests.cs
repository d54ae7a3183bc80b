using System.Diagnostics.Metrics;
using DevServers;
using Infrastructure.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RabbitMQ.Client;
using UnitTests.Deploy;
using UnitTests.Support;
using Worker.Intake;
using Worker.Intake.Counting;
using Worker.Operations;

namespace UnitTests.Telemetry;

/// <summary>docs/telemetry.md says of every metric and span what it is; this holds that it is so.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class TelemetryDocumentTests : IDisposable
{
    private static readonly string[] Common =
    [
        "messaging.system", "messaging.operation.name", "messaging.operation.type", "messaging.destination.name", "server.address", "server.port",
    ];

    private static readonly BasicProperties Published = new() { Headers = new Dictionary<string, object?> { ["published-at"] = 1L } };

    private readonly TelemetryWatch _worker = new(TelemetryNames.Worker);
    private readonly TelemetryWatch _producer = new(TelemetryNames.Producer);
    private readonly ServiceProvider _meters = TelemetryParts.Meters();
    private readonly ServiceProvider _services = Settings.Services();

    public void Dispose()
    {
        _services.Dispose();
        _meters.Dispose();
        _producer.Dispose();
        _worker.Dispose();
    }

    [Fact]
    public void Its_table_of_metrics_is_the_instruments()
    {
        Exercise();

        var instruments = _producer.Instruments.Concat(_worker.Instruments).Select(instrument => (instrument.Name, KindOf(instrument), instrument.Unit ?? ""));
        var documented = Rows("## Metrics").Select(row => (Code(row[0]), row[1], Code(row[2])));
        Assert.Equal(documented.Order(), instruments.Order());
    }

    [Fact]
    public void Its_attributes_are_those_that_are_measured()
    {
        Exercise();

        var documented = Rows("## Metrics").ToDictionary(row => Code(row[0]), row => AttributesIn(row[3]));
        var measured = _producer.Measurements.Concat(_worker.Measurements).GroupBy(each => each.Instrument).ToList();
        Assert.InRange(measured.Count, 12, documented.Count);
        Assert.All(measured, each => Assert.Equal(documented[each.Key], each.SelectMany(one => one.Tags.Keys).ToHashSet()));
    }

    [Fact]
    public void Its_table_of_spans_is_the_spans()
    {
        Exercise();

        var spans = _producer.Spans.Concat(_worker.Spans)
            .GroupBy(span => (Name: span.DisplayName.Replace("shop", "orders", StringComparison.Ordinal), Kind: span.Kind.ToString().ToLowerInvariant()))
            .ToDictionary(span => span.Key, span => span.SelectMany(each => each.TagObjects).Select(tag => tag.Key).ToHashSet());
        var documented = Rows("## Spans").ToDictionary(row => (Name: Code(row[0]), Kind: row[1]), row => AttributesIn(row[3]));
        Assert.Equal(documented.Keys.Order(), spans.Keys.Order());
        Assert.All(spans, span => Assert.Equal(documented[span.Key], span.Value));
    }

    [Fact]
    public void Board_and_alerts_ask_for_nothing_that_is_not_sent()
    {
        Exercise();
        using var database = NpgsqlDataSource.Create("Host=nowhere");
        using var npgsql = new TelemetryWatch("Npgsql");
        using var runtime = new TelemetryWatch("System.Runtime");

        var sent = new[] { _producer, _worker, npgsql, runtime }.SelectMany(watch => watch.Instruments).SelectMany(DashboardTests.PrometheusNames).ToHashSet();
        var asked = DashboardTests.Asked();
        Assert.InRange(asked.Count, 20, sent.Count);
        Assert.Empty(asked.Except(sent));
    }

    /// <summary>Everything that is measured or traced happens once, the failures too.</summary>
    private void Exercise()
    {
        var publishing = new PublishTelemetry(TelemetryParts.Connector);
        publishing.Answered(TimeSpan.Zero);
        publishing.Answered(TimeSpan.Zero, PublishTelemetry.ChannelLost);
        PublishTelemetry.End(publishing.Begin("a"), "unconfirmed", "nobody there");

        using var batches = new BatchTelemetry(_meters.Factory(), TelemetryParts.Connector, TimeProvider.System);
        var batch = new OrderBatch(100, 1024 * 1024);
        batch.Add(Some.Delivery(1, Some.Body(Some.NewOrder()), properties: Published));
        batch.Add(Some.Delivery(2, "{}"));
        batches.Begin(batch).Committed();
        batches.Begin(batch).GaveUp("the database is away");

        _services.GetRequiredService<IntakeCounters>().BatchStored(batch, new BatchOutcome(1, 0, 0, TimeSpan.Zero));
        ActivatorUtilities.CreateInstance<WorkerMetrics>(_services, _meters.Factory()).StartAsync(default);
        _worker.Observe();
    }

    private static string KindOf(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        return new[] { "Counter", "Histogram", "Gauge" }.Single(kind => type.Contains(kind, StringComparison.Ordinal)).ToLowerInvariant();
    }

    private static HashSet<string> AttributesIn(string cell) => cell
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .SelectMany(attribute => attribute == "common" ? Common : [Code(attribute)])
        .ToHashSet();

    private static string Code(string cell) => cell.Trim('`');

    /// <summary>The cells of the table that follows a heading.</summary>
    private static IEnumerable<string[]> Rows(string heading) => File.ReadLines(Path.Combine(Repository.Root!, "docs", "telemetry.md"))
        .SkipWhile(line => line != heading)
        .SkipWhile(line => !line.StartsWith('|'))
        .Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());
}
