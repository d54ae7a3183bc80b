using Benchmarks.Results;

namespace UnitTests.Benchmarks;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(new double[] { 7 }, 7)]
    [InlineData(new double[] { 3, 1, 2 }, 2)]
    [InlineData(new double[] { 4, 1, 3, 2 }, 2.5)]
    public void The_median_is_the_middle_or_between_the_two_middles(double[] values, double median) =>
        Assert.Equal(median, Statistics.Median(values));

    [Theory]
    [InlineData(0, 10)]
    [InlineData(0.5, 30)]
    [InlineData(0.9, 46)]
    [InlineData(1, 50)]
    public void A_percentile_is_interpolated_between_the_two_nearest(double share, double expected) =>
        Assert.Equal(expected, Statistics.Percentile([50, 40, 30, 20, 10], share), tolerance: 1e-9);

    [Fact]
    public void Nothing_has_no_median() => Assert.Throws<ArgumentOutOfRangeException>(() => Statistics.Median([]));

    [Fact]
    public void The_same_seed_gives_the_same_interval()
    {
        double[] values = [0.81, 0.9, 0.86, 0.88, 0.84];

        Assert.Equal(Statistics.MedianInterval(values, seed: 1), Statistics.MedianInterval(values, seed: 1));
    }

    [Fact]
    public void The_interval_lies_around_the_median_and_within_the_values()
    {
        double[] values = [0.81, 0.9, 0.86, 0.88, 0.84];

        var (low, high) = Statistics.MedianInterval(values, seed: 1);

        Assert.InRange(low, 0.81, 0.86);
        Assert.InRange(high, 0.86, 0.9);
    }

    [Fact]
    public void One_round_has_no_spread() => Assert.Equal((5, 5), Statistics.MedianInterval([5], seed: 1));
}
