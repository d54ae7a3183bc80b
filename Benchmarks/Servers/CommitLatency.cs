namespace Benchmarks.Servers;

/// <summary>From when orders should have been published to their commit, in milliseconds.</summary>
/// <param name="Orders">How many there were.</param>
internal sealed record CommitLatency(long Orders, double P50, double P90, double P99, double P999, double Max)
{
    /// <param name="orders">How many there were.</param>
    /// <param name="percentiles">The five in order; none without orders.</param>
    public static CommitLatency From(long orders, double[] percentiles) => percentiles is [var p50, var p90, var p99, var p999, var max]
        ? new CommitLatency(orders, p50, p90, p99, p999, max)
        : new CommitLatency(orders, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
}
