using UnitTests.Support;
using Worker.Intake;
using Worker.Intake.Counting;

namespace UnitTests.Intake.Counting;

public sealed class LatencyHistogramTests
{
    private readonly LatencyHistogram _histogram = new();

    [Fact]
    public void Without_durations_there_is_no_percentile()
    {
        Assert.Equal(0, _histogram.Percentile(0.99));
        Assert.Empty(_histogram.Buckets());
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
    [InlineData(long.MaxValue)]
    public void A_duration_is_shown_as_no_less_than_it_was_and_at_most_a_sixteenth_more(long microseconds)
    {
        _histogram.Record(microseconds);

        AssertWithinASixteenth(microseconds, _histogram.Percentile(0.5));
    }

    [Fact]
    public void Percentiles_of_any_durations_are_within_a_sixteenth_of_the_true_ones() => ForAny.Case(
        choices => Enumerable.Range(0, choices.Between(1, 200)).Select(_ => choices.BelowLong(1L << choices.Between(1, 40))).ToArray(),
        durations => string.Join(", ", durations),
        durations =>
        {
            var histogram = new LatencyHistogram();
            Array.ForEach(durations, histogram.Record);
            Array.Sort(durations);
            foreach (var share in new[] { 0.01, 0.5, 0.9, 0.99, 1.0 })
            {
                AssertWithinASixteenth(durations[(int)Math.Ceiling(share * durations.Length) - 1], histogram.Percentile(share));
            }
        },
        cases: 500);

    [Fact]
    public void A_negative_duration_counts_as_none()
    {
        _histogram.Record(-5);
        _histogram.Record(long.MinValue);

        Assert.Equal([(0.0, 2L)], _histogram.Buckets());
    }

    [Fact]
    public void Buckets_rise_and_hold_every_duration()
    {
        for (var i = 0; i < 100_000; i += 7)
        {
            _histogram.Record(i);
        }

        var buckets = _histogram.Buckets().ToList();

        Assert.Equal(buckets.OrderBy(bucket => bucket.UpperMilliseconds), buckets);
        Assert.Equal(_histogram.Count, buckets.Sum(bucket => bucket.Count));
    }

    [Fact]
    public void A_reading_holds_what_replicas_need_to_add_up()
    {
        _histogram.Record(1_000);
        _histogram.Record(1_000);
        _histogram.Record(8);

        var reading = Latency.Of(_histogram);

        Assert.Equal(3, reading.Count);
        Assert.Equal(_histogram.Percentile(0.5), reading.P50);
        Assert.Equal(_histogram.Percentile(0.99), reading.P99);
        Assert.Equal([[0.008, 1], [1.023, 2]], reading.Buckets);
    }

    private static void AssertWithinASixteenth(long microseconds, double shownMilliseconds) =>
        Assert.InRange(shownMilliseconds * 1000, microseconds * 0.999999, microseconds * 17.0 / 16.0 * 1.000001);
}
