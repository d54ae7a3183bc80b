using Benchmarks.Drain;
using UnitTests.Support;

namespace UnitTests.Benchmarks;

public sealed class CompletionWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void It_is_stalled_when_nothing_moves_for_longer_than_its_patience()
    {
        var watch = new CompletionWatch(_time, Patience);
        watch.See(waiting: 10, stored: 0);

        _time.Advance(Patience);
        watch.See(waiting: 10, stored: 0);
        Assert.False(watch.IsStalled);

        _time.Advance(TimeSpan.FromSeconds(1));
        watch.See(waiting: 10, stored: 0);
        Assert.True(watch.IsStalled);
    }

    [Theory]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    public void Whatever_moves_gives_it_patience_again(long waiting, long stored)
    {
        var watch = new CompletionWatch(_time, Patience);
        watch.See(waiting: 10, stored: 0);
        _time.Advance(Patience);

        watch.See(waiting, stored);
        _time.Advance(Patience);

        Assert.False(watch.IsStalled);
    }
}
