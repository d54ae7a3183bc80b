using System.Diagnostics;
using Infrastructure.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using UnitTests.Support;
using Worker.Intake;

namespace UnitTests.Telemetry;

[Collection(TelemetryCollection.Name)]
public sealed class BatchTelemetryTests : IDisposable
{
    private readonly TelemetryWatch _watch = new(TelemetryNames.Worker);
    private readonly ServiceProvider _meters = TelemetryParts.Meters();
    private readonly BatchTelemetry _telemetry;
    private readonly LaneUnderTest _lane;

    public BatchTelemetryTests()
    {
        _telemetry = new BatchTelemetry(_meters.Factory(), TelemetryParts.Connector, TimeProvider.System);
        _lane = new LaneUnderTest(telemetry: _telemetry);
    }

    public void Dispose()
    {
        _lane.Dispose();
        _telemetry.Dispose();
        _meters.Dispose();
        _watch.Dispose();
    }

    [Fact]
    public async Task A_batch_is_one_span_that_links_to_its_messages()
    {
        await _lane.OccupyWriterAsync();
        var (plain, fromMassTransit) = (TelemetryParts.TraceParent(), TelemetryParts.TraceParent());
        await DeliverAsync("traceparent", plain);
        await DeliverAsync("MT-Activity-Id", fromMassTransit);
        await DeliverAsync("traceparent", TelemetryParts.TraceParent(isSampled: false));
        await DeliverAsync("traceparent", "no trace at all");
        await _lane.DeliverAsync(Some.NewOrder());
        await _lane.DeliverAsync("{}"u8.ToArray(), properties: Header("traceparent", TelemetryParts.TraceParent()));

        _lane.Store.Release();
        await _lane.Channel.AckedThrough.Reach(7);

        var span = _watch.Spans[1];
        Assert.Equal(("process shop", ActivityKind.Consumer, ActivityStatusCode.Unset), (span.DisplayName, span.Kind, span.Status));
        Assert.Null(span.Parent);
        Assert.Equal([plain, fromMassTransit], span.Links.Take(2).Select(IdOf));
        Assert.Equal(3, span.Links.Count());
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["messaging.system"] = "rabbitmq",
                ["messaging.operation.name"] = "process",
                ["messaging.operation.type"] = "process",
                ["messaging.destination.name"] = "shop",
                ["server.address"] = "broker.example",
                ["server.port"] = 5673,
                ["messaging.batch.message_count"] = 6,
                ["orders.unlinked_count"] = 0,
            },
            span.TagObjects.ToDictionary());
        Assert.Empty(_watch.Spans[0].Links);
    }

    [Fact]
    public async Task Links_are_of_one_batch_only_and_those_left_out_are_counted()
    {
        using var wide = new LaneUnderTest(maxBatch: 1000, telemetry: _telemetry);
        await wide.OccupyWriterAsync();
        for (var i = 0; i < BatchLinks.Most + 2; i++)
        {
            await wide.DeliverAsync(Some.Body(Some.NewOrder()), properties: Header("traceparent", TelemetryParts.TraceParent()));
        }

        wide.Store.Release();
        await wide.Channel.AckedThrough.Reach(1 + BatchLinks.Most + 2);
        await wide.OccupyWriterAsync();
        await wide.DeliverAsync(Some.Body(Some.NewOrder()), properties: Header("traceparent", TelemetryParts.TraceParent()));
        wide.Store.Release();
        await wide.StopAsync();

        Assert.Equal([0, BatchLinks.Most, 0, 1], _watch.Spans.Select(each => each.Links.Count()));
        var span = _watch.Spans[1];
        Assert.Equal(2, span.GetTagItem("orders.unlinked_count"));
        Assert.Equal(BatchLinks.Most + 2, span.GetTagItem("messaging.batch.message_count"));
    }

    [Fact]
    public async Task What_is_done_to_store_a_batch_happens_beneath_its_span()
    {
        Activity? within = null;
        _lane.Store.FaultOf = _ =>
        {
            within = Activity.Current;
            return StoreFault.None;
        };

        await _lane.DeliverAsync(Some.NewOrder());
        await _lane.Channel.AckedThrough.Reach(1);
        await _lane.StopAsync();

        Assert.Same(Assert.Single(_watch.Spans), within);
    }

    [Fact]
    public async Task A_batch_that_is_given_up_is_an_error()
    {
        _lane.Store.FaultOf = _ => StoreFault.Before;
        await _lane.DeliverAsync(Some.NewOrder());
        await _lane.Time.TimersSet.Reach(1);

        await _lane.StopAsync();

        var span = Assert.Single(_watch.Spans);
        Assert.Equal((ActivityStatusCode.Error, "the database is away"), (span.Status, span.StatusDescription));
        Assert.Equal("gave_up", span.GetTagItem("error.type"));
        Assert.Equal("gave_up", Assert.Single(_watch.Of("messaging.process.duration"))["error.type"]);
        Assert.Empty(_watch.Of("orders.batch.rows"));
    }

    [Fact]
    public async Task A_batch_is_measured()
    {
        var twoSecondsAgo = DateTimeOffset.UtcNow.AddSeconds(-2).ToUnixTimeMilliseconds() * 1000;
        var anHourAhead = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds() * 1000;
        await _lane.OccupyWriterAsync();
        await _lane.DeliverAsync(Some.Body(Some.NewOrder()), properties: Header("published-at", twoSecondsAgo));
        await _lane.DeliverAsync(Some.Body(Some.NewOrder()), properties: Header("published-at", anHourAhead));
        await _lane.DeliverAsync(Some.NewOrder());
        _lane.Store.Release();
        await _lane.StopAsync();

        Assert.Equal([1.0, 3.0], _watch.Of("orders.batch.rows").Select(rows => rows.Value));
        Assert.Equal("idle", _watch.Of("orders.batch.rows")[0]["orders.flush.reason"]);
        Assert.Equal(2, _watch.Of("messaging.process.duration").Count);
        Assert.All(_watch.Of("messaging.process.duration"), measured => Assert.Null(measured["error.type"]));
        var waits = _watch.Of("orders.publish_to_commit.duration").Select(measured => measured.Value).ToList();
        Assert.Equal(2, waits.Count);
        Assert.InRange(waits[0], 2, 60);
        Assert.Equal(0, waits[1]);
    }

    private static BasicProperties Header(string name, object value) =>
        new() { ContentType = "application/json", Headers = new Dictionary<string, object?> { [name] = value } };

    private static string IdOf(ActivityLink link) => $"00-{link.Context.TraceId}-{link.Context.SpanId}-01";

    private Task DeliverAsync(string header, string trace) => _lane.DeliverAsync(Some.Body(Some.NewOrder()), properties: Header(header, trace));
}
