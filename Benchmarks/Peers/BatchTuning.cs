namespace Benchmarks.Peers;

/// <summary>What decides how fast a batching consumer is.</summary>
/// <param name="Prefetch">Messages that are delivered and not yet acknowledged, at most.</param>
/// <param name="Batch">Orders of one write, at most.</param>
/// <param name="Concurrency">Writes at the same time, at most.</param>
/// <param name="Linger">How long a batch that is not full waits for more, from its first order on.</param>
internal sealed record BatchTuning(int Prefetch, int Batch, int Concurrency, TimeSpan Linger)
{
    /// <summary>The settings <c>--prefetch</c>, <c>--batch</c>, <c>--concurrency</c> and <c>--linger-ms</c>.</summary>
    public static BatchTuning From(ContestSettings settings, BatchTuning fallback) => new(
        settings.Number("prefetch", fallback.Prefetch),
        settings.Number("batch", fallback.Batch),
        settings.Number("concurrency", fallback.Concurrency),
        TimeSpan.FromMilliseconds(settings.Number("linger-ms", (int)fallback.Linger.TotalMilliseconds)));
}
