using Benchmarks.Latency;

namespace Benchmarks.Tuning;

/// <summary>Which settings are tried. The full product would take a day; what is far from good needs no fine steps.</summary>
/// <param name="isQuick">A look instead of a result.</param>
internal sealed class TuningPlan(bool isQuick)
{
    /// <summary>Orders a second: about 30 % and 70 % of what two cores that carry everything can do, publisher included.</summary>
    public static IReadOnlyList<int> DefaultRates { get; } = [4_000, 10_000];

    /// <summary>How long orders come at a pace, the run-in included.</summary>
    public TimeSpan PacedTime => LatencyRun.RunIn + TimeSpan.FromSeconds(isQuick ? 5 : 10);

    /// <summary>Lanes and batches, with the prefetch that is installed.</summary>
    public TuningSetting[] Grid() => Product(isQuick ? [1, 2] : [1, 2, 3, 4], isQuick ? [250, 1000, 4000] : [250, 500, 1000, 2000, 4000, 8000]);

    /// <summary>Prefetches for the best of the grid and for what is installed. Less than two batches the worker refuses.</summary>
    /// <param name="ranked">The grid, best first.</param>
    public TuningSetting[] Prefetches(IEnumerable<TuningSetting> ranked)
    {
        int[] multiples = isQuick ? [2, 4] : [2, 3, 4, 6];
        return
        [
            .. ranked.Take(1).Append(TuningSetting.Default).Distinct()
                .SelectMany(setting => multiples.Select(multiple => setting with { Multiple = multiple }))
                .Where(setting => setting.IsPossible),
        ];
    }

    /// <summary>What is tried below saturation, where no batch is ever full and the linger alone decides how large they are.</summary>
    public TuningSetting[] Paced()
    {
        int[] lingers = isQuick ? [0, TuningSetting.Default.Linger] : [0, 1, 2, 3, 5, 10];
        return [.. lingers.Select(linger => TuningSetting.Default with { Linger = linger })];
    }

    private static TuningSetting[] Product(int[] lanes, int[] batches) =>
        [.. lanes.SelectMany(lane => batches.Select(batch => TuningSetting.Default with { Lanes = lane, MaxBatch = batch }))];
}
