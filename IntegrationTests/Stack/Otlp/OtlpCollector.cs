using System.Collections.Concurrent;
using DevServers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IntegrationTests.Stack.Otlp;

/// <summary>Receives OTLP over HTTP and keeps what it is told.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SentSpan> _spans = [];
    private readonly ConcurrentQueue<SentPoint> _points = [];
    private readonly ConcurrentQueue<SentLog> _logs = [];
    private int _requests;

    private OtlpCollector(WebApplication app, string address)
    {
        _app = app;
        Address = address;
        app.MapPost("/v1/traces", request => ReceiveAsync(request, message => AddTo(_spans, OtlpMessages.Spans(message))));
        app.MapPost("/v1/metrics", request => ReceiveAsync(request, message => AddTo(_points, OtlpMessages.Points(message))));
        app.MapPost("/v1/logs", request => ReceiveAsync(request, message => AddTo(_logs, OtlpMessages.Logs(message))));
    }

    public string Address { get; }

    /// <summary>How often it was told anything.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public IReadOnlyList<SentSpan> Spans => [.. _spans];

    public IReadOnlyList<SentPoint> Points => [.. _points];

    public IReadOnlyList<SentLog> Logs => [.. _logs];

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var collector = new OtlpCollector(builder.Build(), $"http://127.0.0.1:{FreePort.Next()}");
        collector._app.Urls.Add(collector.Address);
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>The variables that make a program report here.</summary>
    public IReadOnlyDictionary<string, string> Variables() => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
    };

    /// <summary>The last reading of a metric, or of each of its series.</summary>
    public IReadOnlyList<SentPoint> Last(string metric) =>
    [
        .. Points.Where(point => point.Name == metric)
            .GroupBy(point => string.Join(',', point.Attributes.OrderBy(attribute => attribute.Key)))
            .Select(series => series.Last()),
    ];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void AddTo<T>(ConcurrentQueue<T> known, IEnumerable<T> sent)
    {
        foreach (var each in sent)
        {
            known.Enqueue(each);
        }
    }

    private async Task ReceiveAsync(HttpContext context, Action<ProtoMessage> add)
    {
        Interlocked.Increment(ref _requests);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        add(new ProtoMessage(body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }
}
