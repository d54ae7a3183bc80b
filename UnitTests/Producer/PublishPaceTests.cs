using Infrastructure.RabbitMq.Publishing;
using UnitTests.Support;

namespace UnitTests.Producer;

public sealed class PublishPaceTests
{
    private const int Window = 1_000;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new();
    private readonly PublishPace _pace;

    public PublishPaceTests()
    {
        _pace = new PublishPace(Window, _time);
    }

    [Fact]
    public void A_refusal_pauses_and_halves_what_may_be_in_flight()
    {
        Assert.True(_pace.Refused());

        Assert.Equal(TimeSpan.FromMilliseconds(50), _pace.PauseLeft);
        Assert.Equal(Window / 2, _pace.Limit);
    }

    [Fact]
    public void Refusals_during_the_pause_belong_to_the_same_series()
    {
        _pace.Refused();
        Assert.False(_pace.Refused());

        Assert.Equal(Window / 2, _pace.Limit);
    }

    [Fact]
    public void Refusals_that_go_on_are_answered_with_longer_pauses_up_to_a_second()
    {
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(Long);
            _pace.Refused();
        }

        Assert.Equal(TimeSpan.FromSeconds(1), _pace.PauseLeft);
        Assert.Equal(16, _pace.Limit);
    }

    [Fact]
    public void Quiet_spells_bring_the_whole_window_back()
    {
        _pace.Refused();
        _time.Advance(Long);
        _pace.Refused();

        for (var i = 0; i < 3; i++)
        {
            _time.Advance(Long);
            _pace.Quiet();
        }

        Assert.True(_pace.Quiet());
        Assert.Equal(Window, _pace.Limit);
        Assert.Equal(TimeSpan.Zero, _pace.PauseLeft);
    }

    [Fact]
    public void A_window_of_one_stays_one()
    {
        var pace = new PublishPace(1, _time);
        pace.Refused();

        Assert.Equal(1, pace.Limit);
    }
}
