using Infrastructure.Postgres;
using Npgsql;
using UnitTests.Support;
using Worker.Failures;

namespace UnitTests.Failures;

public sealed class WriteBreakerTests
{
    private static readonly PostgresFault Away = new(FaultKind.RolledBack, "the database is away");
    private static readonly PostgresFault NoTable = new(FaultKind.Environment, "relation \"orders\" does not exist");
    private static readonly PostgresFault Locked = new(FaultKind.RolledBack, "lock timeout") { SqlState = PostgresErrorCodes.LockNotAvailable };

    private readonly FakeTimeProvider _time = new();
    private readonly WriteBreaker _breaker;

    public WriteBreakerTests()
    {
        _breaker = new WriteBreaker(_time, new Random(1));
    }

    [Fact]
    public void While_closed_everybody_writes()
    {
        Assert.Equal((BreakerState.Closed, true, false), (_breaker.State, _breaker.Ask().IsNow, _breaker.Ask().IsTrial));
        Assert.Equal(TimeSpan.Zero, _breaker.OpenFor);
    }

    [Fact]
    public void The_third_failure_in_a_row_opens_it()
    {
        Assert.Equal([false, false, true, false], Enumerable.Range(0, 4).Select(_ => _breaker.Failed(Away)));

        Assert.Equal(BreakerState.Open, _breaker.State);
        Assert.False(_breaker.Ask().IsNow);
        Assert.Same(Away, _breaker.Fault);
    }

    [Fact]
    public void A_success_in_between_begins_the_count_anew()
    {
        _breaker.Failed(Away);
        _breaker.Failed(Away);
        Assert.False(_breaker.Succeeded());
        _breaker.Failed(Away);

        Assert.Equal(BreakerState.Closed, _breaker.State);
    }

    [Fact]
    public void What_only_an_operator_can_mend_opens_it_at_once() => Assert.True(_breaker.Failed(NoTable));

    [Fact]
    public void Writers_in_each_others_way_open_it_once_nobody_has_written_for_half_a_minute()
    {
        Assert.False(_breaker.Failed(Locked));
        _time.Advance(WriteBreaker.LongestRivalry - TimeSpan.FromMilliseconds(1));
        Assert.False(_breaker.Failed(Locked));

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(_breaker.Failed(Locked));
        Assert.Same(Locked, _breaker.Fault);
        Assert.False(_breaker.Ask().IsNow);
    }

    [Fact]
    public void As_long_as_somebody_writes_in_between_they_do_not()
    {
        for (var time = 0; time < 10; time++)
        {
            Assert.False(_breaker.Failed(Locked));
            _time.Advance(WriteBreaker.LongestRivalry - TimeSpan.FromSeconds(1));
            _breaker.Succeeded();
        }

        Assert.Equal(BreakerState.Closed, _breaker.State);
    }

    [Fact]
    public void After_the_wait_one_lane_tries_and_the_others_wait_for_it()
    {
        Open();
        _time.Advance(_breaker.Ask().Wait);

        Assert.True(_breaker.Ask().IsTrial);
        Assert.Equal(BreakerState.HalfOpen, _breaker.State);
        var other = _breaker.Ask();
        Assert.False(other.IsNow);
        Assert.False(other.IsTrial);
    }

    [Fact]
    public void A_trial_that_succeeds_closes_it()
    {
        Open();
        _time.Advance(_breaker.Ask().Wait);
        _breaker.Ask();

        Assert.True(_breaker.Succeeded());
        Assert.Null(_breaker.Fault);
        Assert.True(_breaker.Ask().IsNow);
    }

    [Fact]
    public void A_trial_that_fails_keeps_it_open_for_longer_but_never_much_longer_than_two_seconds()
    {
        Open();
        var waits = new List<TimeSpan>();
        for (var trial = 0; trial < 10; trial++)
        {
            waits.Add(_breaker.Ask().Wait);
            _time.Advance(waits[^1]);
            Assert.True(_breaker.Ask().IsTrial);
            Assert.False(_breaker.Failed(Away));
        }

        Assert.InRange(waits[^1].TotalSeconds, 1.6, 2.4);
        Assert.All(waits, wait => Assert.InRange(wait.TotalSeconds, 0.1, 2.4));
    }

    [Fact]
    public void A_trial_that_nobody_ends_is_given_to_the_next()
    {
        Open();
        _time.Advance(_breaker.Ask().Wait);
        _breaker.Ask();

        _breaker.Abandoned();

        Assert.True(_breaker.Ask().IsTrial);
    }

    [Fact]
    public void It_is_open_from_the_first_moment_on_whatever_fails_meanwhile()
    {
        Open();
        for (var trial = 0; trial < 5; trial++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            _breaker.Ask();
            _breaker.Failed(Away);
        }

        Assert.Equal(TimeSpan.FromMinutes(5), _breaker.OpenFor);
    }

    private void Open() => Assert.True(_breaker.Failed(NoTable));
}
