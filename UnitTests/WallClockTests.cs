using Infrastructure.Postgres;
using Infrastructure.RabbitMq.Publishing;
using Microsoft.Extensions.Logging.Abstractions;
using Producer.Generate;
using UnitTests.Support;
using Worker.Failures;
using Worker.Intake;
using Worker.Intake.Counting;

namespace UnitTests;

/// <summary>
/// The wall clock is set by an hour while something waits. Nothing ends sooner or later for it: only times that are data are read from it.
/// The simulation sets it back and forth all the time.
/// </summary>
public sealed class WallClockTests
{
    private static readonly PostgresFault NoTable = new(FaultKind.Environment, "relation \"orders\" does not exist");
    private static readonly BrokerFault Away = new("Connection refused", NeedsOperator: false);

    private readonly RecordingTimeProvider _time = new();

    public static TheoryData<int> Hours => [1, -1];

    [Theory]
    [MemberData(nameof(Hours))]
    public void The_breaker_waits_and_counts_as_long_as_before(int hours)
    {
        var breaker = new WriteBreaker(_time, new Random(1));
        breaker.Failed(NoTable);
        var wait = breaker.Ask().Wait;

        Set(hours);

        Assert.Equal(wait, breaker.Ask().Wait);
        _time.Advance(wait);
        Assert.True(breaker.Ask().IsTrial);
        Assert.Equal(wait, breaker.OpenFor);
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public async Task Messages_are_held_for_as_long_as_before(int hours)
    {
        var hold = TimeSpan.FromMinutes(5);
        var store = new FakeOrderStore { FaultOf = _ => StoreFault.Environment };
        var writer = new BatchWriter(store, new WriteBreaker(_time, new Random(1)), hold, new LogBudget(8, _time), _time, NullLogger.Instance, "lane");
        var began = _time.GetTimestamp();

        var writing = writer.WriteAsync(Some.Batch([Some.NewOrder()]), CancellationToken.None, CancellationToken.None);
        for (var waits = 1; !writing.IsCompleted; waits++)
        {
            await Task.WhenAny(_time.TimersSet.Reach(waits), writing);
            Set(hours);
            _time.Advance(_time.LastDue);
        }

        Assert.Null(await writing);
        Assert.InRange(_time.GetElapsedTime(began), hold, hold + TimeSpan.FromSeconds(5));
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public void A_silent_lane_is_found_dead_after_its_limit_and_not_a_moment_earlier(int hours)
    {
        var watchdog = new LaneWatchdog(LaneWatchdog.DefaultLimit, _time);
        Assert.False(watchdog.IsDead(ready: 100, inFlight: 0, lastTag: 0, isWritable: true));

        Set(hours);

        _time.Advance(LaneWatchdog.DefaultLimit - TimeSpan.FromTicks(1));
        Assert.False(watchdog.IsDead(ready: 100, inFlight: 0, lastTag: 0, isWritable: true));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(watchdog.IsDead(ready: 100, inFlight: 0, lastTag: 0, isWritable: true));
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public void What_has_been_said_is_said_again_when_it_would_have_been(int hours)
    {
        var reconnect = new ReconnectPolicy(_time, new Random(1));
        var pace = new LogPace(ReconnectPolicy.ReminderInterval, _time);
        var budget = new LogBudget(linesASecond: 1, _time);
        Assert.True(reconnect.Lost(Away) && pace.IsDue(1, out _) && budget.Take(out _));

        Set(hours);

        Assert.False(reconnect.Lost(Away) || pace.IsDue(1, out _) || budget.Take(out _));
        _time.Advance(ReconnectPolicy.ReminderInterval);
        Assert.True(reconnect.Lost(Away) && pace.IsDue(1, out _) && budget.Take(out _));
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public void The_next_write_begins_when_it_would_have(int hours)
    {
        var linger = TimeSpan.FromMilliseconds(2);
        var pace = new WritePace(linger, _time);
        pace.Began();

        Set(hours);

        Assert.Equal(linger, pace.UntilNext());
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public void The_rate_stays_what_it_is(int hours)
    {
        var rate = new RateWindow(_time);
        rate.Add(100);
        _time.Advance(TimeSpan.FromSeconds(1));

        Set(hours);

        Assert.Equal(100, rate.PerSecond());
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public async Task A_producer_keeps_its_rate(int hours)
    {
        var schedule = new OpenLoopSchedule(ordersPerSecond: 100, _time);

        Set(hours);

        Assert.True(schedule.WaitForAsync(0, CancellationToken.None).IsCompletedSuccessfully);
        var next = schedule.WaitForAsync(1, CancellationToken.None);
        Assert.Equal(TimeSpan.FromMilliseconds(10), _time.LastDue);
        _time.Advance(_time.LastDue);
        await next;
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public void A_publisher_has_as_much_patience_as_before(int hours)
    {
        var options = new ConfirmedPublisherOptions();
        var books = new OutstandingPublishes(options.Window, options.MaxOutstandingBytes, _time);
        var patience = new Patience(options, books, _time);
        books.TryAdd("id", [], publishedAt: 0, tag: 0, out _);
        books.TryTakeNext(options.Window, out _);

        Set(hours);

        _time.Advance(options.ConfirmTimeout - TimeSpan.FromTicks(1));
        Assert.False(patience.IsBrokerSilent);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(patience.IsBrokerSilent);
        Assert.Null(patience.ReasonToGiveUp(trouble: null));
        _time.Advance(options.GiveUpAfter - options.ConfirmTimeout);
        Assert.NotNull(patience.ReasonToGiveUp(trouble: null));
    }

    private void Set(int hours) => _time.WallClockSetBy += TimeSpan.FromHours(hours);
}
