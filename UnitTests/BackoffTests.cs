using Infrastructure;

namespace UnitTests;

public sealed class BackoffTests
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    [Fact]
    public void Waits_double_from_the_first_to_the_longest()
    {
        var backoff = new Backoff(First, Longest, new Draws(0.5));

        var waits = Enumerable.Range(0, 8).Select(_ => backoff.Next().TotalMilliseconds).ToList();

        Assert.Equal([200, 400, 800, 1600, 3200, 5000, 5000, 5000], waits);
    }

    [Theory]
    [InlineData(0.0, 160)]
    [InlineData(0.5, 200)]
    [InlineData(1.0, 240)]
    public void A_wait_is_spread_by_a_fifth_either_way(double draw, double milliseconds) =>
        Assert.Equal(milliseconds, new Backoff(First, Longest, new Draws(draw)).Next().TotalMilliseconds, precision: 6);

    [Fact]
    public void The_spread_does_not_add_up()
    {
        var backoff = new Backoff(First, Longest, new Draws(1.0));
        backoff.Next();
        backoff.Next();

        Assert.Equal(960, backoff.Next().TotalMilliseconds, precision: 6);
    }

    [Fact]
    public void Ten_thousand_waits_stay_within_their_range_and_are_not_all_the_same()
    {
        var backoff = new Backoff(First, Longest, new Random(3));
        for (var i = 0; i < 10; i++)
        {
            backoff.Next();
        }

        var waits = Enumerable.Range(0, 10_000).Select(_ => backoff.Next().TotalSeconds).ToList();

        Assert.All(waits, wait => Assert.InRange(wait, 4, 6));
        Assert.True(waits.Max() - waits.Min() > 1.9, "the waits are hardly spread");
    }

    [Fact]
    public void Failures_are_counted_until_the_reset()
    {
        var backoff = new Backoff(First, Longest, new Draws(0.5));
        Assert.Equal(0, backoff.Failures);
        backoff.Next();
        backoff.Next();
        Assert.Equal(2, backoff.Failures);

        backoff.Reset();

        Assert.Equal(0, backoff.Failures);
        Assert.Equal(First, backoff.Next());
    }

    [Fact]
    public void It_never_overflows()
    {
        var backoff = new Backoff(First, Longest, new Draws(1.0));
        for (var i = 0; i < 1000; i++)
        {
            Assert.InRange(backoff.Next().TotalSeconds, 0, 6.001);
        }
    }

    private sealed class Draws(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
