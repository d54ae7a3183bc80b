using Contracts;
using Infrastructure.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using UnitTests.Support;
using Worker.Failures;
using Worker.Intake;

namespace UnitTests.Intake;

public sealed class BatchWriterBreakerTests
{
    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(5);

    private readonly RecordingTimeProvider _time = new();
    private readonly FakeOrderStore _store = new();
    private readonly WriteBreaker _breaker;
    private readonly BatchWriter _writer;

    public BatchWriterBreakerTests()
    {
        _breaker = new WriteBreaker(_time, new Random(1));
        _writer = new BatchWriter(_store, _breaker, LongestHold, new LogBudget(8, _time), _time, NullLogger.Instance, "lane");
    }

    [Fact]
    public async Task The_first_write_after_an_outage_is_a_small_one()
    {
        _store.Fail(StoreFault.Environment);

        var writing = WriteAsync(Orders(200));
        await AdvanceThroughWaitsAsync(1);
        Assert.Equal(200, (await writing)!.Value.Stored);

        Assert.Equal([200, BatchWriter.TrialRows, 150], _store.Attempts.Select(attempt => attempt.Orders));
        Assert.Equal(BreakerState.Closed, _breaker.State);
        _store.AssertNoMisuse();
    }

    [Fact]
    public async Task A_trial_that_fails_is_tried_again_and_nothing_else_is_sent()
    {
        _store.Fail(StoreFault.Environment, StoreFault.Environment, StoreFault.After);

        var writing = WriteAsync(Orders(200));
        await AdvanceThroughWaitsAsync(3);
        var outcome = (await writing)!.Value;

        Assert.Equal([200, 50, 50, 50, 150], _store.Attempts.Select(attempt => attempt.Orders));
        Assert.Equal((150, 50), (outcome.Stored, outcome.Duplicates));
        _store.AssertNoMisuse();
    }

    [Fact]
    public async Task What_cannot_be_written_is_held_for_five_minutes_and_then_given_up()
    {
        _store.FaultOf = _ => StoreFault.Environment;

        Assert.Null(await AdvanceToTheEndAsync(WriteAsync(Orders(10))));

        Assert.InRange(_breaker.OpenFor, LongestHold, LongestHold + TimeSpan.FromSeconds(5));
        Assert.Equal(BreakerState.Open, _breaker.State);
    }

    [Fact]
    public async Task It_is_held_no_longer_when_trials_of_others_succeed_in_between()
    {
        var began = _time.GetTimestamp();
        _store.FaultOf = _ =>
        {
            _breaker.Succeeded();
            return _time.GetElapsedTime(began) < 2 * LongestHold ? StoreFault.Environment : StoreFault.None;
        };

        Assert.Null(await AdvanceToTheEndAsync(WriteAsync(Orders(10))));

        Assert.InRange(_time.GetElapsedTime(began), LongestHold, LongestHold + TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Writers_that_are_in_each_others_way_do_not_open_it()
    {
        _store.Fail(Enumerable.Repeat(StoreFault.Rivalry, 5).ToArray());

        var writing = WriteAsync(Orders(10));
        await AdvanceThroughWaitsAsync(5);
        Assert.NotNull(await writing);

        Assert.All(_store.Attempts, attempt => Assert.Equal(10, attempt.Orders));
        Assert.Equal(BreakerState.Closed, _breaker.State);
    }

    [Fact]
    public async Task A_table_that_stays_locked_is_not_waited_for_for_longer_than_any_other_outage()
    {
        _store.FaultOf = _ => StoreFault.Rivalry;
        var began = _time.GetTimestamp();

        Assert.Null(await AdvanceToTheEndAsync(WriteAsync(Orders(10))));

        Assert.InRange(_time.GetElapsedTime(began), LongestHold, LongestHold + WriteBreaker.LongestRivalry + TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_trial_that_meets_another_writer_is_followed_by_the_next()
    {
        _store.Fail(StoreFault.Environment, StoreFault.Rivalry);

        var writing = WriteAsync(Orders(10));
        await AdvanceThroughWaitsAsync(2);

        Assert.NotNull(await writing);
        Assert.Equal(BreakerState.Closed, _breaker.State);
    }

    [Fact]
    public async Task A_row_that_is_refused_does_not_open_it()
    {
        var orders = Orders(10);
        _store.NamesRefusedRow = false;
        _store.Refuse(orders[3].OrderId);

        Assert.NotNull(await WriteAsync(orders));

        Assert.Equal(BreakerState.Closed, _breaker.State);
    }

    [Fact]
    public async Task Another_lane_of_the_process_waits_until_the_trial_has_succeeded()
    {
        var (otherStore, other) = (new FakeOrderStore(), default(BatchWriter)!);
        other = new BatchWriter(otherStore, _breaker, LongestHold, new LogBudget(8, _time), _time, NullLogger.Instance, "other lane");
        _breaker.Failed(new PostgresFault(FaultKind.Environment, "there is no table"));
        _time.Advance(_breaker.Ask().Wait);
        _store.Hold();

        var trial = WriteAsync(Orders(10));
        await _store.Entered.Reach(1);
        var waits = _time.TimersSet.Count;
        var waiting = other.WriteAsync(Some.Batch([.. Orders(10)]), CancellationToken.None, CancellationToken.None);
        await _time.TimersSet.Reach(waits + 1);
        Assert.Empty(otherStore.Attempts);

        _store.Release();
        await trial;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await waiting.OrTooLate("the other lane still waits"));
    }

    [Fact]
    public async Task Whether_the_database_works_again_is_found_out_without_a_message()
    {
        _breaker.Failed(new PostgresFault(FaultKind.Environment, "there is no table"));
        _store.ProbeFault = new PostgresFault(FaultKind.Environment, "there is still no table");

        var waiting = _writer.WaitUntilWritableAsync(CancellationToken.None);
        await AdvanceThroughWaitsAsync(2);
        await _time.TimersSet.Reach(3);
        Assert.Equal("there is still no table", _writer.Problem);
        _store.ProbeFault = null;
        _time.Advance(_time.LastDue);
        await waiting.OrTooLate("it still waits");

        Assert.Equal(3, _store.Probes);
        Assert.Empty(_store.Attempts);
        Assert.Equal(BreakerState.Closed, _breaker.State);
    }

    [Fact]
    public async Task A_worker_that_stops_does_not_wait_for_the_database()
    {
        using var giveUp = new CancellationTokenSource();
        _store.FaultOf = _ => StoreFault.Environment;

        var writing = _writer.WriteAsync(Some.Batch([.. Orders(10)]), giveUp.Token, CancellationToken.None);
        await _time.TimersSet.Reach(1);
        await giveUp.CancelAsync();

        Assert.Null(await writing.OrTooLate("the write did not end"));
        Assert.Single(_store.Attempts);
    }

    private static List<OrderSubmitted> Orders(int count) => [.. Enumerable.Range(0, count).Select(_ => Some.NewOrder())];

    private async Task<BatchOutcome?> WriteAsync(List<OrderSubmitted> orders) =>
        await _writer.WriteAsync(Some.Batch([.. orders]), CancellationToken.None, CancellationToken.None).OrTooLate("the write did not end");

    private async Task<BatchOutcome?> AdvanceToTheEndAsync(Task<BatchOutcome?> writing)
    {
        // Not once more after the end: how much time has passed is what is asked.
        for (var waits = 1; await Task.WhenAny(_time.TimersSet.Reach(waits), writing) != writing; waits++)
        {
            _time.Advance(_time.LastDue);
        }

        return await writing;
    }

    private async Task AdvanceThroughWaitsAsync(int count)
    {
        for (var wait = 1; wait <= count; wait++)
        {
            await _time.TimersSet.Reach(wait);
            _time.Advance(_time.LastDue);
        }
    }
}
