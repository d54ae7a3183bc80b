using System.Globalization;
using Benchmarks.Results;

namespace Benchmarks.Tuning;

/// <summary>
/// For each load and each thing one may want, the fixed setting that is best at it, and how far what is installed is from that. A controller
/// that adapts could at most find the best setting everywhere, so this is also what it could gain.
/// </summary>
internal static class Regimes
{
    // Less is not worth a setting, nor a mechanism.
    private const double WorthIt = 0.10;

    public static ResultTable Table(IReadOnlyList<TunedPoint> full, IReadOnlyList<PacedPoint> paced) => new(
        "Best fixed setting of each regime, and how far the installed one is from it",
        ["load and aim", "best setting", "best", "installed", "installed is worse by"],
        [.. Rows(full, paced)])
    {
        Text =
            "A controller that changes lanes, batch or linger at run time is worth having where the last column says 10 % or more and the interval of "
            + "the rounds does not explain it; such cells are bold. The best of many medians is partly the luckiest, so the last column says rather too much. "
            + "A longer linger always costs the database less; the p99 of the same load is what it is paid with.",
    };

    private static IEnumerable<IReadOnlyList<string>> Rows(IReadOnlyList<TunedPoint> full, IReadOnlyList<PacedPoint> paced)
    {
        const string FullQueue = "full queue";
        yield return Row($"{FullQueue}, orders/s", full, point => point.Setting, LanesAndBatch, point => point.Summary.PerSecond, isMoreBetter: true);
        yield return Row($"{FullQueue}, database us", full, point => point.Setting, LanesAndBatch, point => point.Summary.DatabaseMicroseconds);
        foreach (var load in paced.GroupBy(point => point.PerSecond))
        {
            PacedPoint[] points = [.. load];
            var rate = load.Key.ToString("N0", CultureInfo.InvariantCulture) + " orders/s";
            yield return Row($"{rate}, p99 ms", points, point => point.Setting, setting => setting.LingerText, point => point.P99);
            yield return Row($"{rate}, database us", points, point => point.Setting, setting => setting.LingerText, point => point.DatabaseMicroseconds);
            yield return Row($"{rate}, worker us", points, point => point.Setting, setting => setting.LingerText, point => point.WorkerMicroseconds);
        }
    }

    private static string LanesAndBatch(TuningSetting setting) => setting.LanesAndBatch;

    private static string[] Row<T>(
        string aim,
        IReadOnlyList<T> points,
        Func<T, TuningSetting> setting,
        Func<TuningSetting, string> name,
        Func<T, double?> figure,
        bool isMoreBetter = false)
        where T : class
    {
        T[] measured = [.. points.Where(point => figure(point) is not null)];
        var best = isMoreBetter ? measured.MaxBy(figure) : measured.MinBy(figure);
        var installed = measured.FirstOrDefault(point => setting(point) == TuningSetting.Default);
        var worse = best is null || installed is null ? null : WorseBy(figure(installed), figure(best), isMoreBetter);
        return
        [
            aim,
            best is null ? "-" : name(setting(best)),
            Numbers.Text(best is null ? null : figure(best)),
            Numbers.Text(installed is null ? null : figure(installed)),
            worse switch
            {
                null => "-",
                >= WorthIt => string.Create(CultureInfo.InvariantCulture, $"**{worse:P0}**"),
                _ => string.Create(CultureInfo.InvariantCulture, $"{worse:P0}"),
            },
        ];
    }

    // Of the installed one: by how much it would get better.
    private static double? WorseBy(double? installed, double? best, bool isMoreBetter) =>
        isMoreBetter ? (best / installed) - 1 : 1 - (best / installed);
}
