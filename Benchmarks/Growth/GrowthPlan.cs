namespace Benchmarks.Growth;

/// <summary>How large each thing gets.</summary>
internal static class GrowthPlan
{
    private const int Orders = 200_000;
    private const int QuickOrders = 30_000;

    public static GrowthCase[] Cases(bool isQuick)
    {
        var orders = isQuick ? QuickOrders : Orders;
        return
        [
            .. Table(isQuick ? [0, 300_000] : [0, 1_000_000, 10_000_000], orders),
            .. Backlog(isQuick ? [QuickOrders, 150_000] : [100_000, 1_000_000, 3_000_000]),
            .. Lines(isQuick ? 10 : 1),

            // They do not all begin at the same moment; the more orders, the less that is.
            .. Replicas([1, 2, 4], 2 * orders),
        ];
    }

    private static IEnumerable<GrowthCase> Table(int[] rows, int orders) => rows.SelectMany(size => new[]
    {
        new GrowthCase { Part = GrowthPart.Table, Size = size, Orders = orders },
        new GrowthCase { Part = GrowthPart.Table, Size = size, Orders = orders, RandomIds = true },
    });

    private static IEnumerable<GrowthCase> Backlog(int[] depths) =>
        depths.Select(depth => new GrowthCase { Part = GrowthPart.Backlog, Size = depth, Orders = depth });

    // Long orders are slow; fewer of them take as long.
    private static IEnumerable<GrowthCase> Lines(int divisor) =>
        new[] { (1, 200_000), (10, 100_000), (100, 20_000), (1_000, 4_000) }
            .Select(size => new GrowthCase { Part = GrowthPart.Lines, Size = size.Item1, Orders = size.Item2 / divisor });

    private static IEnumerable<GrowthCase> Replicas(int[] processes, int orders) =>
        processes.Select(count => new GrowthCase { Part = GrowthPart.Replicas, Size = count, Orders = orders });
}
