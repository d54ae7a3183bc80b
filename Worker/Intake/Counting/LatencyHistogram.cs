using HdrHistogram;

namespace Worker.Intake.Counting;

/// <summary>Counts durations in sixteen buckets to every power of two, so a percentile is at most 1/16 too high. Not thread-safe.</summary>
internal sealed class LatencyHistogram
{
    // 9.5 hours. The package computes the width of a bucket as an int, which overflows beyond this with one significant digit.
    private const long LongestMicroseconds = (1L << 35) - 1;

    private readonly LongHistogram _microseconds = new(1, LongestMicroseconds, numberOfSignificantValueDigits: 1);

    /// <summary>Counts one duration. A negative one, from two clocks that disagree, counts as 0.</summary>
    public void Record(long microseconds) => _microseconds.RecordValue(Math.Clamp(microseconds, 0, LongestMicroseconds));

    public Latency Read() => new(_microseconds.TotalCount, Percentile(50), Percentile(99), [.. Buckets()]);

    private double Percentile(double percent) =>
        _microseconds.TotalCount == 0 ? 0 : _microseconds.GetValueAtPercentile(percent) / 1000.0;

    private IEnumerable<double[]> Buckets() =>
        from bucket in _microseconds.RecordedValues()
        select new[] { bucket.ValueIteratedTo / 1000.0, bucket.CountAddedInThisIterationStep };
}
