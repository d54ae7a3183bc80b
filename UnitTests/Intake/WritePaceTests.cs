using UnitTests.Support;
using Worker.Intake;

namespace UnitTests.Intake;

public sealed class WritePaceTests
{
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(2);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_first_write_may_begin_at_once() => Assert.Equal(TimeSpan.Zero, new WritePace(Linger, _time).UntilNext());

    [Fact]
    public void The_next_one_waits_for_what_is_left_of_the_linger()
    {
        var pace = new WritePace(Linger, _time);
        pace.Began();

        Assert.Equal(Linger, pace.UntilNext());
        _time.Advance(Linger / 4);
        Assert.Equal(Linger * 3 / 4, pace.UntilNext());
    }

    [Fact]
    public void A_write_that_took_longer_than_the_linger_is_followed_at_once()
    {
        var pace = new WritePace(Linger, _time);
        pace.Began();

        _time.Advance(Linger * 10);

        Assert.Equal(TimeSpan.Zero, pace.UntilNext());
    }

    [Fact]
    public void Every_beginning_counts_anew()
    {
        var pace = new WritePace(Linger, _time);
        pace.Began();
        _time.Advance(Linger);
        pace.Began();

        Assert.Equal(Linger, pace.UntilNext());
    }

    [Fact]
    public void Without_a_linger_nothing_waits()
    {
        var pace = new WritePace(TimeSpan.Zero, _time);
        pace.Began();

        Assert.Equal(TimeSpan.Zero, pace.UntilNext());
    }
}
