using Microsoft.Extensions.Logging.Abstractions;
using UnitTests.Support;
using Worker.Failures;
using Worker.Intake;

namespace UnitTests.Intake;

public sealed class BatchWriterTests
{
    private readonly RecordingTimeProvider _time = new();
    private readonly FakeOrderStore _store = new();
    private readonly BatchWriter _writer;

    public BatchWriterTests()
    {
        _writer = new BatchWriter(_store, new WriteBreaker(_time, new Random(1)), TimeSpan.FromMinutes(5), new LogBudget(8, _time), _time, NullLogger.Instance, "lane");
    }

    [Fact]
    public async Task New_orders_take_the_optimistic_path()
    {
        var outcome = await WriteAsync(Some.Batch(Some.NewOrder(), Some.NewOrder()));

        Assert.Equal([StorePath.Optimistic], _store.Paths);
        Assert.Equal((2, 0, 0), (outcome!.Value.Stored, outcome.Value.Duplicates, outcome.Value.Conflicts));
        _store.AssertNoMisuse();
    }

    [Fact]
    public async Task What_befalls_sixty_four_lanes_at_once_is_no_flood_in_the_log()
    {
        const int Lanes = 64;
        const int LinesASecond = 8;
        var log = new Lines();
        var (budget, breaker) = (new LogBudget(LinesASecond, _time), new WriteBreaker(_time, new Random(1)));
        var stores = Enumerable.Range(0, Lanes).Select(_ => new FakeOrderStore()).ToList();
        var writing = stores.ConvertAll(store =>
        {
            store.Fail(StoreFault.Before);
            store.Hold();
            var writer = new BatchWriter(store, breaker, TimeSpan.FromMinutes(5), budget, _time, log, "lane");
            return writer.WriteAsync(Some.Batch(Some.NewOrder()), CancellationToken.None, CancellationToken.None);
        });
        stores.ForEach(store => store.Release());

        // Every lane has failed once and waits, for a moment or for its trial.
        await _time.TimersSet.Reach(Lanes);
        Assert.Equal(LinesASecond, log.Written.Count(line => line.Contains("could not store")));
        Assert.Single(log.Written, line => line.Contains("opened the breaker"));
    }

    [Fact]
    public async Task A_redelivered_message_takes_its_batch_straight_to_the_idempotent_path()
    {
        var batch = new OrderBatch(10, 1024 * 1024);
        batch.Add(Some.Delivery(1, Some.NewOrder()));
        batch.Add(Some.Delivery(2, Some.NewOrder(), redelivered: true));
        batch.Seal();

        await WriteAsync(batch);

        Assert.Equal([StorePath.Idempotent], _store.Paths);
    }

    [Fact]
    public async Task A_key_that_is_there_already_sends_the_same_batch_to_the_idempotent_path()
    {
        var order = Some.NewOrder();
        await WriteAsync(Some.Batch(order));

        var outcome = await WriteAsync(Some.Batch(Some.NewOrder(), order));

        Assert.Equal([StorePath.Optimistic, StorePath.Optimistic, StorePath.Idempotent], _store.Paths);
        Assert.Equal((1, 1, 0), (outcome!.Value.Stored, outcome.Value.Duplicates, outcome.Value.Conflicts));
    }

    [Fact]
    public async Task Misses_one_after_the_other_keep_the_idempotent_path_for_longer_and_longer()
    {
        var order = Some.NewOrder();
        await WriteAsync(Some.Batch(order));
        for (var i = 0; i < 7; i++)
        {
            await WriteAsync(Some.Batch(order));
        }

        // A run of 1, 2 and 4 batches, each begun by a miss.
        const StorePath o = StorePath.Optimistic;
        const StorePath i1 = StorePath.Idempotent;
        Assert.Equal([o, o, i1, o, i1, i1, o, i1, i1, i1, i1], _store.Paths);
    }

    [Fact]
    public async Task Duplicates_within_the_batch_and_in_the_table_are_counted_together()
    {
        var order = Some.NewOrder();
        await WriteAsync(Some.Batch(order));

        var outcome = await WriteAsync(Some.Batch(order, order, order));

        Assert.Equal((0, 3, 0), (outcome!.Value.Stored, outcome.Value.Duplicates, outcome.Value.Conflicts));
    }

    [Fact]
    public async Task A_conflict_with_the_table_becomes_a_dead_letter()
    {
        var order = Some.NewOrder();
        await WriteAsync(Some.Batch(order));

        var outcome = await WriteAsync(Some.Batch(Some.Conflicting(order)));

        Assert.Equal((0, 0, 1), (outcome!.Value.Stored, outcome.Value.Duplicates, outcome.Value.Conflicts));
        Assert.Equal(Some.Body(Some.Conflicting(order)), Assert.Single(_store.DeadLetters).Body);
    }

    [Fact]
    public async Task After_an_answer_that_never_came_the_same_batch_goes_the_idempotent_path_until_it_succeeds()
    {
        _store.Fail(StoreFault.After, StoreFault.After, StoreFault.After);

        var writing = WriteAsync(Some.Batch(Some.NewOrder()));
        await AdvanceThroughWaitsAsync(3);
        Assert.NotNull(await writing);

        Assert.Equal([StorePath.Optimistic, StorePath.Idempotent, StorePath.Idempotent, StorePath.Idempotent], _store.Paths);
        _store.AssertNoMisuse();
    }

    [Fact]
    public async Task What_was_surely_rolled_back_is_tried_the_same_way_again()
    {
        _store.Fail(StoreFault.Before, StoreFault.Before);

        var writing = WriteAsync(Some.Batch(Some.NewOrder()));
        await AdvanceThroughWaitsAsync(2);
        Assert.NotNull(await writing);

        Assert.Equal([StorePath.Optimistic, StorePath.Optimistic, StorePath.Optimistic], _store.Paths);
    }

    [Fact]
    public async Task Waits_between_attempts_grow_to_two_seconds_and_a_fifth()
    {
        _store.FaultOf = number => number < 12 ? StoreFault.Before : StoreFault.None;

        var writing = WriteAsync(Some.Batch(Some.NewOrder()));
        var waits = await AdvanceThroughWaitsAsync(12);
        await writing;

        Assert.InRange(waits[0].TotalMilliseconds, 160, 240);
        Assert.InRange(waits[1].TotalMilliseconds, 320, 480);
        Assert.All(waits[6..], wait => Assert.InRange(wait.TotalSeconds, 1.6, 2.4));
    }

    [Fact]
    public async Task The_problem_is_told_while_there_is_one()
    {
        _store.Fail(StoreFault.Before);

        var writing = WriteAsync(Some.Batch(Some.NewOrder()));
        await _time.TimersSet.Reach(1);
        Assert.Equal("the database is away", _writer.Problem);

        await AdvanceThroughWaitsAsync(1);
        await writing;
        Assert.Null(_writer.Problem);
    }

    [Fact]
    public async Task The_time_it_took_counts_from_the_first_attempt()
    {
        _store.Fail(StoreFault.Before);

        var writing = WriteAsync(Some.Batch(Some.NewOrder()));
        var waits = await AdvanceThroughWaitsAsync(1);

        Assert.Equal(waits[0], (await writing)!.Value.Elapsed);
    }

    [Fact]
    public async Task Disposing_the_writer_disposes_the_store()
    {
        await _writer.DisposeAsync();

        Assert.True(_store.IsDisposed);
    }

    private async Task<BatchOutcome?> WriteAsync(OrderBatch batch) =>
        await _writer.WriteAsync(batch, CancellationToken.None, CancellationToken.None).OrTooLate("the write did not end");

    private async Task<List<TimeSpan>> AdvanceThroughWaitsAsync(int count)
    {
        var waits = new List<TimeSpan>();
        for (var i = 0; i < count; i++)
        {
            await _time.TimersSet.Reach(i + 1);
            waits.Add(_time.LastDue);
            _time.Advance(_time.LastDue);
        }

        return waits;
    }
}
