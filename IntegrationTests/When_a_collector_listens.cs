using System.Net;
using System.Net.Sockets;
using System.Text;
using DevServers;
using IntegrationTests.Stack;
using IntegrationTests.Stack.Otlp;
using RabbitMQ.Client;

namespace IntegrationTests;

public sealed class When_a_collector_listens
{
    private const string NoBlockedCustomer = "alter table orders add constraint no_blocked_customer check (customer_id <> 'blocked')";

    [Fact]
    public async Task An_order_can_be_followed_from_its_publisher_to_its_commit()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var collector = await OtlpCollector.StartAsync();
        await pipeline.ExecuteAsync(NoBlockedCustomer);
        await PublishAsync(pipeline, collector.Variables(), Some.Orders(19).Append(Some.Order(customer: "blocked")));
        var one = await ProducerProcess.RunAsync(pipeline, collector.Variables(), "publish-one");
        Assert.True(one.ExitCode == 0, one.Errors);

        await using var worker = WorkerProcess.Run(pipeline, AsSettings(collector.Variables()));
        await Eventually.EqualAsync(20L, "orders", () => pipeline.CountAsync("orders"));
        await Eventually.EqualAsync(1L, "dead letters", () => pipeline.CountAsync("dead_letters"));
        worker.Terminate();
        Assert.Equal(0, await worker.ExitAsync());

        SpansAreLinked(pipeline, collector);
        FiguresAreRight(pipeline, collector);
        LogLinesBelongToTheirSpans(pipeline, collector);
    }

    [Fact]
    public async Task How_much_waits_and_how_long_it_takes_can_be_seen()
    {
        const int Orders = 500;
        const int Held = 20;
        await using var pipeline = await Pipeline.CreateAsync();
        await using var collector = await OtlpCollector.StartAsync();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, Orders);
        await using var tableLock = await TableLock.TakeAsync(pipeline, "orders");
        await using var worker = WorkerProcess.Run(
            pipeline, [.. AsSettings(collector.Variables()), "OTEL_METRIC_EXPORT_INTERVAL=500", "Intake:Lanes=1", "Intake:MaxBatch=10", $"Intake:Prefetch={Held}"]);

        await Eventually.TrueAsync("what is not held waits", () => Seen("orders.queue.ready", value => value == Orders - Held));
        await tableLock.DisposeAsync();
        await Eventually.TrueAsync("at some rate it would take some time", () => Seen("orders.queue.drain_time", value => value >= 0));
        await Drain.IsCompleteAsync(pipeline, Orders, worker);

        (bool, string) Seen(string metric, Predicate<double> isRight)
        {
            var values = collector.Points.Where(point => point.Name == metric).Select(point => point.Value).ToList();
            return (values.Exists(isRight), $"{metric}: {string.Join(", ", values)}");
        }
    }

    [Fact]
    public async Task Without_the_endpoint_nothing_is_sent_and_messages_carry_no_trace()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var collector = await OtlpCollector.StartAsync();

        // Everything but the one variable that turns it on.
        var variables = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = $"{collector.Address}/v1/traces",
            ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = $"{collector.Address}/v1/metrics",
            ["OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"] = $"{collector.Address}/v1/logs",
        };
        await PublishAsync(pipeline, variables, Some.Orders(3));
        var one = await ProducerProcess.RunAsync(pipeline, variables, "publish-one");
        Assert.True(one.ExitCode == 0, one.Errors);

        var headers = await HeadersOfWaitingAsync(pipeline);
        Assert.Equal(4, headers.Count);
        Assert.DoesNotContain(headers.SelectMany(header => header), name => name is "traceparent" or "tracestate" or "MT-Activity-Id");

        await using var worker = WorkerProcess.Run(pipeline, AsSettings(variables));
        await Eventually.EqualAsync(4L, "orders", () => pipeline.CountAsync("orders"));
        worker.Terminate();
        Assert.Equal(0, await worker.ExitAsync());
        Assert.Equal(0, collector.Requests);
    }

    [Theory]
    [InlineData("refuses")]
    [InlineData("is silent")]
    public async Task One_that_does_not_answer_holds_nobody_up(string how)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        using var listener = new TcpListener(IPAddress.Loopback, FreePort.Next());
        var variables = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{PortOf(listener)}" };
        if (how == "is silent")
        {
            listener.Start();
        }

        var published = await ProducerProcess.RunAsync(pipeline, variables, "generate", "--count", "20000", "--json");
        Assert.True(published.ExitCode == 0, published.Errors);
        Assert.Equal(20_000, published.Count("confirmed"));

        await using var worker = WorkerProcess.Run(pipeline, [.. AsSettings(variables), "OTEL_METRIC_EXPORT_INTERVAL=500"]);
        await Eventually.EqualAsync(20_000L, "orders", () => pipeline.CountAsync("orders"));
        worker.Terminate();
        Assert.Equal(0, await worker.ExitAsync(within: TimeSpan.FromSeconds(15)));
        Assert.Contains("Drained: 20000 received, 20000 stored, 0 duplicates, 0 dead letters, 0 handed back", worker.Output, StringComparison.Ordinal);
    }

    private static void SpansAreLinked(Pipeline pipeline, OtlpCollector collector)
    {
        var published = collector.Spans.Where(span => span.Origin.Scope == "Orders.Producer").ToList();
        Assert.Equal(21, published.Count);
        Assert.All(published, span => Assert.Equal(
            ("orders-producer", $"publish {pipeline.Names.Exchange}", SentSpan.Producer, ""),
            (span.Origin.Service, span.Name, span.Kind, span.ParentId)));

        var processed = collector.Spans.Where(span => span.Origin.Scope == "Orders.Worker").ToList();
        Assert.All(processed, span => Assert.Equal(
            ("orders-worker", $"process {pipeline.Names.Queue}", SentSpan.Consumer, ""),
            (span.Origin.Service, span.Name, span.Kind, span.ParentId)));
        Assert.Equal(published.Select(span => span.SpanId).Order(), processed.SelectMany(span => span.LinkedSpanIds).Order());
        Assert.Equal(21, processed.Sum(span => (long)span.Attributes["messaging.batch.message_count"]!));

        var statements = collector.Spans.Where(span => span.Origin.Scope == "Npgsql").ToList();
        Assert.All(processed, span => Assert.Contains(statements, statement =>
            (statement.ParentId, statement.TraceId) == (span.SpanId, span.TraceId)
            && statement.Attributes.GetValueOrDefault("db.operation.name") is "COPY FROM"));
    }

    private static void FiguresAreRight(Pipeline pipeline, OtlpCollector collector)
    {
        Assert.Equal(20, Assert.Single(collector.Last("orders.stored")).Value);
        var letters = Assert.Single(collector.Last("orders.dead_letters"));
        Assert.Equal((1, "store.23514"), (letters.Value, letters.Attributes["orders.reason"]));
        Assert.Equal(21, Assert.Single(collector.Last("messaging.client.consumed.messages")).Value);
        Assert.Equal(8000, Assert.Single(collector.Last("orders.prefetch")).Value);
        Assert.Equal(0, Assert.Single(collector.Last("orders.in_flight")).Value);
        Assert.Equal(0, Assert.Single(collector.Last("orders.breaker.state")).Value);
        Assert.Equal(21, collector.Points.Where(point => point.Name == "messaging.client.sent.messages").Sum(point => point.Value));

        double[] advised = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
        var processing = Assert.Single(collector.Last("messaging.process.duration"));
        Assert.Equal(advised, processing.Bounds);
        Assert.Equal(collector.Spans.Count(span => span.Origin.Scope == "Orders.Worker"), processing.Value);
        Assert.Equal(pipeline.Names.Queue, processing.Attributes["messaging.destination.name"]);
        Assert.All(collector.Points.Where(point => point.Name == "messaging.client.operation.duration"), point => Assert.Equal(advised, point.Bounds));

        // MassTransit's envelope has its time too.
        Assert.Equal(21, Assert.Single(collector.Last("orders.publish_to_commit.duration")).Value);
        string[] leaks = ["dotnet.thread_pool.thread.count", "dotnet.thread_pool.queue.length", "dotnet.process.memory.working_set", "process.open_file_descriptor.count"];
        Assert.All(leaks, name => Assert.Contains(collector.Points, point => point.Name == name && point.Origin.Service == "orders-worker"));
        Assert.Contains(collector.Points, point => point.Origin is { Service: "orders-worker", Scope: "Npgsql" });
    }

    private static void LogLinesBelongToTheirSpans(Pipeline pipeline, OtlpCollector collector)
    {
        var refused = Assert.Single(collector.Logs, line => line.Body.Contains("put 1 messages aside", StringComparison.Ordinal));
        Assert.NotEmpty(refused.SpanId);
        var batch = collector.Spans.Single(span => span.SpanId == refused.SpanId);
        Assert.Equal(($"process {pipeline.Names.Queue}", batch.TraceId), (batch.Name, refused.TraceId));
        Assert.Contains(collector.Logs, line => line.Body.StartsWith("Drained: 21 received", StringComparison.Ordinal));
    }

    private static async Task PublishAsync(Pipeline pipeline, IReadOnlyDictionary<string, string> variables, IEnumerable<Contracts.OrderSubmitted> orders)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("orders.ndjson");
        await File.WriteAllLinesAsync(file, orders.Select(order => Encoding.UTF8.GetString(Some.Json(order))));
        var published = await ProducerProcess.RunAsync(pipeline, variables, "publish", file);
        Assert.True(published.ExitCode == 0, published.Errors);
    }

    private static async Task<List<List<string>>> HeadersOfWaitingAsync(Pipeline pipeline)
    {
        var headers = new List<List<string>>();
        var channel = await pipeline.ChannelAsync();
        BasicGetResult? last = null;
        while (await channel.BasicGetAsync(pipeline.Names.Queue, autoAck: false) is { } message)
        {
            headers.Add([.. message.BasicProperties.Headers?.Keys ?? []]);
            last = message;
        }

        if (last is not null)
        {
            await channel.BasicNackAsync(last.DeliveryTag, multiple: true, requeue: true);
        }

        return headers;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static string[] AsSettings(IReadOnlyDictionary<string, string> variables) =>
        [.. variables.Select(variable => $"{variable.Key}={variable.Value}")];
}
