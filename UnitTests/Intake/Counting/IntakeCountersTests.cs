using RabbitMQ.Client;
using UnitTests.Support;
using Worker.Intake;
using Worker.Intake.Counting;

namespace UnitTests.Intake.Counting;

public sealed class IntakeCountersTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly IntakeCounters _counters;

    public IntakeCountersTests()
    {
        _counters = new IntakeCounters(_time);
    }

    [Fact]
    public void At_first_nothing_has_happened()
    {
        var totals = _counters.Read();

        Assert.Equal((0L, 0L, 0L, 0L, 0L), (totals.Settled, totals.Stored, totals.Duplicates, totals.Batches, totals.HandedBack));
        Assert.Empty(totals.DeadLetters);
        Assert.Equal((0L, 0d), (totals.Commit.Count, totals.OrdersPerSecond));
    }

    [Fact]
    public void Every_message_of_a_batch_is_settled_as_one_thing_or_another()
    {
        var batch = new OrderBatch(100, 1024 * 1024);
        var order = Some.NewOrder();
        batch.Add(Some.Delivery(1, order));
        batch.Add(Some.Delivery(2, order));
        batch.Add(Some.Delivery(3, Some.NewOrder()));
        batch.Add(Some.Delivery(4, Some.NewOrder()));
        batch.Add(Some.Delivery(5, "{}"));
        batch.Add(Some.Delivery(6, "[]"));
        batch.Add(Some.Delivery(7, "{}"));

        // Of three rows one is new, one was there, one conflicts.
        _counters.BatchStored(batch, new BatchOutcome(Stored: 1, Duplicates: 1 + batch.Duplicates, Conflicts: 1, TimeSpan.FromMilliseconds(3)));

        var totals = _counters.Read();
        Assert.Equal(7, totals.Settled);
        Assert.Equal(totals.Settled, totals.Stored + totals.Duplicates + totals.DeadLetters.Values.Sum());
        Assert.Equal(
            [("conflict.duplicate", 1L), ("decode.missing_member", 2L), ("decode.wrong_root_type", 1L)],
            totals.DeadLetters.Select(entry => (entry.Key, entry.Value)).Order());
        Assert.Equal((1L, 1L), (totals.Batches, totals.Commit.Count));
        Assert.InRange(totals.Commit.P50, 3, 3.2);
    }

    [Fact]
    public void Publish_to_commit_time_counts_from_the_header()
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        var batch = new OrderBatch(100, 1024 * 1024);
        batch.Add(Some.Delivery(1, Some.Body(Some.NewOrder()), properties: PublishedAt(now - 10_000)));
        batch.Add(Some.Delivery(2, Some.Body(Some.NewOrder()), properties: PublishedAt(now + 50_000)));
        batch.Add(Some.Delivery(3, Some.NewOrder()));

        _counters.BatchStored(batch, new BatchOutcome(3, 0, 0, TimeSpan.Zero));

        // A clock ahead of ours counts as no time at all, and a message without the header not at all.
        var latency = _counters.Read().PublishToCommit;
        Assert.Equal(2, latency.Count);
        Assert.Equal(0, latency.P50);
        Assert.InRange(latency.P99, 10, 10.7);
    }

    [Fact]
    public void The_rate_is_of_stored_orders()
    {
        _counters.BatchStored(Some.Batch(Some.NewOrder(), Some.NewOrder()), new BatchOutcome(Stored: 1, Duplicates: 1, Conflicts: 0, TimeSpan.Zero));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, _counters.Read().OrdersPerSecond);
    }

    [Fact]
    public void What_was_handed_back_adds_up()
    {
        _counters.HandedBack(3);
        _counters.HandedBack(4);

        Assert.Equal(7, _counters.Read().HandedBack);
    }

    private static BasicProperties PublishedAt(long microseconds) =>
        new() { Headers = new Dictionary<string, object?> { ["published-at"] = microseconds } };
}
