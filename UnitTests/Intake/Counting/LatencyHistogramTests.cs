using UnitTests.Support;
using Worker.Intake.Counting;

namespace UnitTests.Intake.Counting;

public sealed class LatencyHistogramTests
{
    private const double LongestMilliseconds = ((1L << 35) - 1) / 1000.0;

    private readonly LatencyHistogram _histogram = new();

    [Fact]
    public void Without_durations_percentiles_are_zero_and_there_are_no_buckets()
    {
        var reading = _histogram.Read();

        Assert.Equal((0, 0, 0), (reading.Count, reading.P50, reading.P99));
        Assert.Empty(reading.Buckets);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(1_000)]
    [InlineData(1_048_575)]
    [InlineData(1_048_576)]
    [InlineData((1L << 34) - 1)]
    [InlineData(1L << 34)]
    [InlineData((1L << 35) - 1)]
    public void A_duration_is_shown_as_no_less_than_it_was_and_at_most_a_sixteenth_more(long microseconds)
    {
        _histogram.Record(microseconds);

        AssertWithinASixteenth(microseconds, _histogram.Read().P50);
    }

    [Theory]
    [InlineData(1L << 35)]
    [InlineData(1L << 40)]
    [InlineData(long.MaxValue)]
    public void A_duration_beyond_the_range_counts_as_the_longest(long microseconds)
    {
        _histogram.Record(microseconds);

        Assert.Equal([[LongestMilliseconds, 1]], _histogram.Read().Buckets);
        Assert.Equal(LongestMilliseconds, _histogram.Read().P99);
    }

    [Fact]
    public void A_negative_duration_counts_as_none()
    {
        _histogram.Record(-5);
        _histogram.Record(long.MinValue);

        Assert.Equal([[0.0, 2]], _histogram.Read().Buckets);
    }

    [Fact]
    public void Percentiles_of_any_durations_are_within_a_sixteenth_of_the_true_ones() => ForAny.Case(
        choices => Enumerable.Range(0, choices.Between(1, 200)).Select(_ => choices.BelowLong(1L << choices.Between(1, 35))).ToArray(),
        durations => string.Join(", ", durations),
        durations =>
        {
            var histogram = new LatencyHistogram();
            Array.ForEach(durations, histogram.Record);
            Array.Sort(durations);
            var reading = histogram.Read();
            AssertWithinASixteenth(TrueOne(50), reading.P50);
            AssertWithinASixteenth(TrueOne(99), reading.P99);

            // The package rounds the rank to the nearest.
            long TrueOne(int percent) => durations[Math.Max((int)((percent / 100.0 * durations.Length) + 0.5), 1) - 1];
        },
        cases: 500);

    [Fact]
    public void Buckets_rise_and_hold_every_duration()
    {
        for (var i = 0; i < 100_000; i += 7)
        {
            _histogram.Record(i);
        }

        var reading = _histogram.Read();

        Assert.Equal(reading.Buckets.OrderBy(bucket => bucket[0]), reading.Buckets);
        Assert.Equal(reading.Count, reading.Buckets.Sum(bucket => (long)bucket[1]));
    }

    [Fact]
    public void A_reading_holds_what_replicas_need_to_add_up()
    {
        _histogram.Record(1_000);
        _histogram.Record(1_000);
        _histogram.Record(8);

        var reading = _histogram.Read();

        Assert.Equal((3, 1.023, 1.023), (reading.Count, reading.P50, reading.P99));
        Assert.Equal([[0.008, 1], [1.023, 2]], reading.Buckets);
    }

    private static void AssertWithinASixteenth(long microseconds, double shownMilliseconds) =>
        Assert.InRange(shownMilliseconds * 1000, microseconds * 0.999999, microseconds * 17.0 / 16.0 * 1.000001);
}
