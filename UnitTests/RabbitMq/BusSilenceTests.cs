using Infrastructure.RabbitMq;
using UnitTests.Support;

namespace UnitTests.RabbitMq;

public sealed class BusSilenceTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly FakeTimeProvider _time = new();
    private readonly BusSilence _silence;

    public BusSilenceTests() => _silence = new BusSilence(Longest, _time);

    [Fact]
    public void A_bus_that_nobody_asks_anything_is_not_silent()
    {
        _time.Advance(Longest);
        Assert.False(_silence.IsTooLong(out _));
    }

    [Fact]
    public void It_lasts_from_the_beginning_of_the_first_publish_that_was_not_answered()
    {
        var began = _time.GetTimestamp();
        _time.Advance(Longest - Tick);
        _silence.Goes(began);
        Assert.False(_silence.IsTooLong(out _));

        _time.Advance(Tick);
        _silence.Goes(_time.GetTimestamp());
        Assert.True(_silence.IsTooLong(out _));
    }

    [Fact]
    public void An_answer_ends_it()
    {
        var began = _time.GetTimestamp();
        _time.Advance(Longest);
        _silence.Goes(began);
        _silence.Break();
        Assert.False(_silence.IsTooLong(out _));

        // Told late, of before the answer.
        _silence.Goes(began);
        Assert.False(_silence.IsTooLong(out _));
    }

    [Fact]
    public void It_is_told_of_once_with_how_long_it_was()
    {
        _silence.Goes(_time.GetTimestamp());
        _time.Advance(Longest);
        _silence.Goes(_time.GetTimestamp());
        Assert.True(_silence.IsTooLong(out var silence));
        Assert.Equal(Longest, silence);
        Assert.False(_silence.IsTooLong(out _));
    }

    [Fact]
    public void Each_bus_has_twice_the_time_of_the_one_before_up_to_sixteen_times_and_an_answer_begins_anew()
    {
        foreach (var times in (int[])[1, 2, 4, 8, 16, 16])
        {
            LastsExactly(times * Longest);
        }

        _silence.Break();
        LastsExactly(Longest);
    }

    [Fact]
    public void Time_in_which_nobody_published_does_not_count()
    {
        _silence.Goes(_time.GetTimestamp());
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(_silence.IsTooLong(out _));

        _silence.Goes(_time.GetTimestamp());
        Assert.False(_silence.IsTooLong(out _));
    }

    private void LastsExactly(TimeSpan silence)
    {
        var began = _time.GetTimestamp();
        _time.Advance(silence - Tick);
        _silence.Goes(began);
        Assert.False(_silence.IsTooLong(out _));
        _time.Advance(Tick);
        _silence.Goes(began);
        Assert.True(_silence.IsTooLong(out _));
    }
}
