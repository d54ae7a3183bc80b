using UnitTests.Support;
using Worker.Failures;

namespace UnitTests.Failures;

public sealed class LaneProgressTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly LaneProgress _progress;

    public LaneProgressTests()
    {
        _progress = new LaneProgress(Limit, _time);
        _progress.IsStuck(7, owesStep: true);
    }

    [Fact]
    public void A_lane_that_owes_a_step_and_makes_none_is_stuck_after_the_limit_and_not_a_moment_earlier()
    {
        Assert.False(IsStuck());
        _time.Advance(Limit - TimeSpan.FromTicks(1));
        Assert.False(IsStuck());
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(IsStuck());
    }

    [Fact]
    public void A_lane_with_nothing_to_do_is_never_stuck()
    {
        for (var elapsed = TimeSpan.Zero; elapsed < 10 * Limit; elapsed += Tick)
        {
            Assert.False(_progress.IsStuck(7, owesStep: false), $"after {elapsed}");
            _time.Advance(Tick);
        }
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(7, false)]
    public void A_step_or_a_moment_without_anything_to_do_begins_the_wait_anew(long steps, bool owesStep)
    {
        IsStuck();
        _time.Advance(Limit);

        Assert.False(_progress.IsStuck(steps, owesStep));
        Assert.False(_progress.IsStuck(steps, owesStep: true));
        _time.Advance(Limit - Tick);
        Assert.False(_progress.IsStuck(steps, owesStep: true));
        _time.Advance(Tick);
        Assert.True(_progress.IsStuck(steps, owesStep: true));
    }

    private bool IsStuck() => _progress.IsStuck(7, owesStep: true);
}
