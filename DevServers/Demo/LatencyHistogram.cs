namespace DevServers.Demo;

/// <summary>
/// Latencies of many replicas added up. Percentiles cannot be averaged, counts can be added: that is why replicas report buckets.
/// </summary>
internal sealed class LatencyHistogram
{
    private readonly SortedDictionary<double, long> _counts = [];

    public long Count { get; private set; }

    /// <summary>Adds values that were counted as at most <paramref name="upperMs"/>; infinity is the bucket without a limit.</summary>
    public void Add(double upperMs, long count)
    {
        _counts[upperMs] = _counts.GetValueOrDefault(upperMs) + count;
        Count += count;
    }

    /// <summary>
    /// The value that the given share does not exceed, taken as evenly spread within its bucket. Null without values; a value beyond the
    /// last limit is given as that limit, the most that is known of it.
    /// </summary>
    public double? Percentile(double share)
    {
        if (Count == 0)
        {
            return null;
        }

        var rank = share * Count;
        var below = 0L;
        var lower = 0.0;
        foreach (var (upper, count) in _counts)
        {
            if (count > 0 && below + count >= rank)
            {
                return double.IsInfinity(upper) ? lower : lower + ((upper - lower) * (rank - below) / count);
            }

            below += count;
            lower = upper;
        }

        return lower;
    }
}
