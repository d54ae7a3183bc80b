namespace Worker.Intake.Counting;

/// <summary>
/// Counts durations in buckets whose width grows with the value, so that any percentile is known to within 1/16 whatever the range.
/// Not thread-safe.
/// </summary>
internal sealed class LatencyHistogram
{
    // Sixteen buckets to every power of two: 6 % at most between a bucket's bounds.
    private const int SubBucketBits = 4;
    private const int SubBuckets = 1 << SubBucketBits;

    private readonly long[] _counts = new long[SubBuckets * (64 - SubBucketBits)];

    public long Count { get; private set; }

    /// <summary>Counts one duration. A negative one, as two clocks that disagree give, counts as none.</summary>
    public void Record(long microseconds)
    {
        _counts[BucketOf(Math.Max(0, microseconds))]++;
        Count++;
    }

    /// <summary>The duration, in milliseconds, that the given share of all durations does not exceed; 0 when there is none.</summary>
    public double Percentile(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        var seen = 0L;
        foreach (var (upper, count) in Buckets())
        {
            seen += count;
            if (seen >= rank)
            {
                return upper;
            }
        }

        return 0;
    }

    /// <summary>Upper bound in milliseconds and count of every bucket that is not empty, in rising order.</summary>
    public IEnumerable<(double UpperMilliseconds, long Count)> Buckets()
    {
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            if (_counts[bucket] > 0)
            {
                yield return (UpperBoundOf(bucket) / 1000.0, _counts[bucket]);
            }
        }
    }

    private static int BucketOf(long value)
    {
        if (value < SubBuckets)
        {
            return (int)value;
        }

        var shift = long.Log2(value) - SubBucketBits;
        return (int)((shift * SubBuckets) + (value >> (int)shift));
    }

    private static long UpperBoundOf(int bucket)
    {
        if (bucket < SubBuckets)
        {
            return bucket;
        }

        var shift = (bucket / SubBuckets) - 1;
        var mantissa = (bucket % SubBuckets) + SubBuckets;
        return ((mantissa + 1L) << shift) - 1;
    }
}
