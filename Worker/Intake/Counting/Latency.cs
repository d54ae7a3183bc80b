namespace Worker.Intake.Counting;

/// <summary>A reading of a <see cref="LatencyHistogram"/>, in milliseconds.</summary>
/// <param name="Count">Durations counted.</param>
/// <param name="P50">Half of them are no longer.</param>
/// <param name="P99">99 in 100 are no longer.</param>
/// <param name="Buckets">Pairs of upper bound and count, so that several replicas' readings can be added up.</param>
internal sealed record Latency(long Count, double P50, double P99, IReadOnlyList<double[]> Buckets);
