using UnitTests.Support;
using Worker.Failures;

namespace UnitTests.Failures;

public sealed class LaneWatchdogTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly LaneWatchdog _watchdog;

    public LaneWatchdogTests()
    {
        _watchdog = new LaneWatchdog(Limit, _time);
    }

    [Fact]
    public void A_lane_that_receives_nothing_while_messages_wait_is_dead_after_the_limit_and_not_a_moment_earlier()
    {
        Assert.False(IsDead());
        _time.Advance(Limit - TimeSpan.FromTicks(1));
        Assert.False(IsDead());
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(IsDead());
    }

    [Fact]
    public void It_is_suspicious_from_the_first_look_on()
    {
        Assert.False(IsDead());
        Assert.True(_watchdog.IsSuspicious);

        _watchdog.Restart();
        Assert.False(_watchdog.IsSuspicious);
    }

    [Theory]
    [InlineData(0L, 0, 0, true)]
    [InlineData(null, 0, 0, true)]
    [InlineData(100L, 1, 0, true)]
    [InlineData(100L, 0, 0, false)]
    public void A_lane_with_a_reason_to_receive_nothing_is_never_dead(long? ready, long inFlight, int lastTag, bool isWritable)
    {
        for (var elapsed = TimeSpan.Zero; elapsed < 10 * Limit; elapsed += Tick)
        {
            Assert.False(_watchdog.IsDead(ready, inFlight, (ulong)lastTag, isWritable), $"after {elapsed}");
            Assert.False(_watchdog.IsSuspicious);
            _time.Advance(Tick);
        }
    }

    [Theory]
    [InlineData(0L, 0, 7, true)]
    [InlineData(null, 0, 7, true)]
    [InlineData(100L, 1, 7, true)]
    [InlineData(100L, 0, 8, true)]
    [InlineData(100L, 0, 7, false)]
    public void A_single_other_look_begins_the_wait_anew(long? ready, long inFlight, int lastTag, bool isWritable)
    {
        _watchdog.IsDead(100, 0, 7, isWritable: true);
        _time.Advance(Limit - Tick);

        Assert.False(_watchdog.IsDead(ready, inFlight, (ulong)lastTag, isWritable));
        Assert.False(_watchdog.IsDead(100, 0, (ulong)lastTag, isWritable: true));
        _time.Advance(Limit - Tick);
        Assert.False(_watchdog.IsDead(100, 0, (ulong)lastTag, isWritable: true));
        _time.Advance(Tick);
        Assert.True(_watchdog.IsDead(100, 0, (ulong)lastTag, isWritable: true));
    }

    [Fact]
    public void What_a_lane_received_and_finished_between_two_looks_is_seen_by_its_tag()
    {
        for (var tag = 1UL; tag < 100; tag++)
        {
            Assert.False(_watchdog.IsDead(ready: 100, inFlight: 0, tag, isWritable: true));
            _time.Advance(Limit);
        }
    }

    [Fact]
    public void Another_session_begins_with_the_whole_limit_and_its_own_tags()
    {
        _watchdog.IsDead(100, 0, 7, isWritable: true);
        _watchdog.IsDead(100, 0, 7, isWritable: true);
        _time.Advance(Limit);
        _watchdog.Restart();

        Assert.False(IsDead());
        _time.Advance(Limit);
        Assert.True(IsDead());
    }

    [Fact]
    public void A_dead_lane_is_found_within_the_limit_and_a_few_looks()
    {
        var clock = _time.GetTimestamp();
        while (!IsDead())
        {
            _time.Advance(_watchdog.Interval);
        }

        Assert.InRange(_time.GetElapsedTime(clock).TotalSeconds, 30, 36);
    }

    private bool IsDead() => _watchdog.IsDead(ready: 100, inFlight: 0, lastTag: 0, isWritable: true);
}
