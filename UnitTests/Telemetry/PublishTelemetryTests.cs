using System.Diagnostics;
using Infrastructure.RabbitMq.Publishing;
using Infrastructure.Telemetry;
using UnitTests.Support;

namespace UnitTests.Telemetry;

[Collection(TelemetryCollection.Name)]
public sealed class PublishTelemetryTests : IDisposable
{
    private const string Sent = "messaging.client.sent.messages";
    private const string Duration = "messaging.client.operation.duration";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TelemetryWatch _watch = new(TelemetryNames.Producer);
    private readonly FakeTimeProvider _time = new();
    private readonly OutstandingPublishes _books;

    public PublishTelemetryTests()
    {
        _books = new OutstandingPublishes(window: 8, maxBytes: 1_000, _time, new PublishTelemetry(TelemetryParts.Connector));
    }

    public void Dispose() => _watch.Dispose();

    [Fact]
    public void A_message_is_a_span_from_its_acceptance_to_its_confirm()
    {
        Add("a");
        Send();
        Assert.Empty(_watch.Spans);

        _time.Advance(Second);
        _books.Ack(epoch: 0, sequence: 1, multiple: false);

        var span = Assert.Single(_watch.Spans);
        Assert.Equal(("publish shop", ActivityKind.Producer, ActivityStatusCode.Unset), (span.DisplayName, span.Kind, span.Status));
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["messaging.system"] = "rabbitmq",
                ["messaging.operation.name"] = "publish",
                ["messaging.operation.type"] = "send",
                ["messaging.destination.name"] = "shop",
                ["server.address"] = "broker.example",
                ["server.port"] = 5673,
                ["messaging.message.id"] = "a",
            },
            span.TagObjects.ToDictionary());
        Assert.Equal((1, null), (Assert.Single(_watch.Of(Sent)).Value, _watch.Of(Sent)[0]["error.type"]));
        Assert.Equal((1, "shop"), (Assert.Single(_watch.Of(Duration)).Value, _watch.Of(Duration)[0]["messaging.destination.name"]));
    }

    [Fact]
    public void A_refused_message_is_still_one_span_and_every_answer_is_counted()
    {
        Add("a");
        Send();
        _books.Nack(0, 1, multiple: false);
        Send();
        _books.Return(0, "a");
        _books.Ack(0, 2, multiple: false);
        Send();
        _books.Retire();
        Send();
        Assert.Empty(_watch.Spans);

        _books.Ack(epoch: 1, sequence: 1, multiple: false);

        Assert.Equal(ActivityStatusCode.Unset, Assert.Single(_watch.Spans).Status);
        Assert.Equal(["basic.nack", "basic.return", "channel_lost", null], _watch.Of(Sent).Select(sent => sent["error.type"]));
        Assert.Equal(_watch.Of(Sent).Select(sent => sent["error.type"]), _watch.Of(Duration).Select(duration => duration["error.type"]));
    }

    [Fact]
    public void A_message_that_is_given_up_is_an_error_and_counts_as_sent_only_if_it_was()
    {
        Add("a");
        Send();
        Add("b");

        _books.GiveUp("nobody there");

        Assert.Equal(["a", "b"], _watch.Spans.Select(span => span.GetTagItem("messaging.message.id")));
        Assert.All(_watch.Spans, span => Assert.Equal(
            (ActivityStatusCode.Error, "nobody there", "unconfirmed"), (span.Status, span.StatusDescription, span.GetTagItem("error.type"))));
        Assert.Equal("channel_lost", Assert.Single(_watch.Of(Sent))["error.type"]);
    }

    [Fact]
    public void The_callers_own_span_is_the_parent_and_stays_the_current_one()
    {
        using var own = new Activity("request").Start();
        Add("a", "b");
        Assert.Same(own, Activity.Current);
        Send();

        _books.Ack(0, 2, multiple: true);

        Assert.Same(own, Activity.Current);
        Assert.Equal([own.SpanId, own.SpanId], _watch.Spans.Select(span => span.ParentSpanId));
    }

    [Fact]
    public void The_headers_name_the_span_in_both_ways()
    {
        using var span = new Activity("publish") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        var id = $"00-{span.TraceId}-{span.SpanId}-01";

        Assert.Equal(new() { ["traceparent"] = id, ["MT-Activity-Id"] = id }, TraceHeaders.Of(span).ToDictionary());

        span.TraceStateString = "vendor=x";
        Assert.Equal("vendor=x", TraceHeaders.Of(span).ToDictionary()["tracestate"]);
    }

    [Fact]
    public async Task A_single_publish_is_measured_whatever_becomes_of_it()
    {
        var telemetry = new PublishTelemetry(TelemetryParts.Connector);
        Activity? sent = null;
        await telemetry.ObserveAsync("a", span => Publish(span, null), _time);
        Assert.Same(Assert.Single(_watch.Spans), sent);

        await Assert.ThrowsAsync<TimeoutException>(() => telemetry.ObserveAsync("b", span => Publish(span, new TimeoutException("no answer")), _time));

        Assert.Equal([null, "System.TimeoutException"], _watch.Of(Sent).Select(each => each["error.type"]));
        Assert.Equal((ActivityStatusCode.Error, "no answer"), (_watch.Spans[1].Status, _watch.Spans[1].StatusDescription));

        async Task Publish(Activity? span, Exception? failure)
        {
            await Task.Yield();
            sent = span;
            if (failure is not null)
            {
                throw failure;
            }
        }
    }

    [Fact]
    public void While_nobody_listens_there_is_no_span()
    {
        _watch.Dispose();
        Add("a");

        Assert.True(_books.TryTakeNext(limit: 8, out var publish));
        Assert.Null(publish.Span);
    }

    private void Add(params string[] ids) => Assert.All(ids, id => Assert.True(_books.TryAdd(id, "body"u8, publishedAt: 1, tag: 1, out _)));

    private void Send()
    {
        _books.TakeRefusals();
        while (_books.TryTakeNext(limit: 8, out _))
        {
        }
    }
}
