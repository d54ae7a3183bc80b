using RabbitMQ.Client;
using UnitTests.Support;
using Worker.Intake;

namespace UnitTests.Telemetry;

/// <summary>What a batch costs whose messages are traced while nobody here wants to know.</summary>
public sealed class CostWhileOffTests
{
    private const int Messages = 1000;

    [Fact]
    public void Traces_that_nobody_wants_allocate_nothing() =>
        Assert.Equal(AllocatedBy(NewBatch(), Untraced()), AllocatedBy(NewBatch(), Traced()));

    [Fact]
    public void Traces_that_nobody_records_allocate_nothing_even_while_it_is_on() =>
        Assert.Equal(AllocatedBy(NewBatch(), Untraced()), AllocatedBy(NewBatch(new BatchLinks()), Traced(isSampled: false)));

    [Fact]
    public void While_it_is_on_a_batch_allocates_for_the_links_it_keeps_and_no_more()
    {
        var links = AllocatedBy(NewBatch(new BatchLinks()), Traced()) - AllocatedBy(NewBatch(), Untraced());

        Assert.InRange(links, 1, BatchLinks.Most * 300);
    }

    private static OrderBatch NewBatch(BatchLinks? links = null) => new(Messages, 4 * 1024 * 1024, links);

    private static Delivery[] Untraced() => DeliveriesWith(_ => { });

    private static Delivery[] Traced(bool isSampled = true) => DeliveriesWith(headers => headers["traceparent"] = TelemetryParts.TraceParent(isSampled));

    private static long AllocatedBy(OrderBatch batch, Delivery[] deliveries)
    {
        // Twice to warm up: buffers grow to the size of a batch once.
        Fill(batch, deliveries);
        Fill(batch, deliveries);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Fill(batch, deliveries);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Fill(OrderBatch batch, Delivery[] deliveries)
    {
        foreach (var delivery in deliveries)
        {
            Assert.True(batch.Add(delivery) == AddResult.Added, "it has room");
        }

        batch.Seal();
        batch.Reset();
    }

    private static Delivery[] DeliveriesWith(Action<Dictionary<string, object?>> change) => [.. Enumerable.Range(1, Messages).Select(tag =>
    {
        var headers = new Dictionary<string, object?> { ["published-at"] = 1L };
        change(headers);
        var properties = Encode.Properties(new BasicProperties { ContentType = "application/json", Headers = headers });
        return new Delivery((ulong)tag, Redelivered: false, Some.Exchange, new MessageProperties(properties), Some.Body(Some.NewOrder()));
    })];
}
