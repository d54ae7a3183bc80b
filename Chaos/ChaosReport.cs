using System.Globalization;
using System.Text;
using Benchmarks.Results;

namespace Chaos;

/// <summary>The report: Markdown with a timeline beside it.</summary>
internal static class ChaosReport
{
    private const string MarkdownName = "chaos.md";
    private const string TimelineName = "chaos.svg";

    /// <summary>Writes both files.</summary>
    /// <returns>The path of the Markdown.</returns>
    public static string Write(ChaosResult result, MachineDescription machine)
    {
        Directory.CreateDirectory(result.Options.ReportFolder);
        var path = Path.Combine(result.Options.ReportFolder, MarkdownName);
        File.WriteAllText(path, Markdown(result, machine));
        File.WriteAllText(Path.Combine(result.Options.ReportFolder, TimelineName), new Timeline(result).ToSvg());
        return path;
    }

    internal static string Markdown(ChaosResult result, MachineDescription machine)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Chaos

            Two producers publish {result.Rate:N0} orders a second, 1 % of them repetitions and 1 % broken on purpose; two worker replicas store them; meanwhile something is broken on purpose every
            {result.Options.LeastGap.TotalSeconds:0} to {result.Options.MostGap.TotalSeconds:0} seconds. Then everything is left alone until nothing waits, and every confirmed message is looked for in the database.

            Written by `{result.Options.CommandLine}` on {machine}.

            ![Rate, backlog, memory and faults over time](chaos.svg)


            """);
        text.Append(MarkdownTable.Write(
            ["", "seen"],
            [
                ["faults survived", Whole(result.Faults.Count)],
                ["minutes, until the last order was stored", result.Elapsed.TotalMinutes.ToString("0.0", CultureInfo.InvariantCulture)],
                ["messages confirmed", Whole(result.Published)],
                ["orders stored", Whole(result.Stored)],
                ["repetitions among them", Whole(result.Duplicates)],
                ["dead letters", Whole(result.DeadLetters.Values.Sum())],
                ["**lost**", $"**{Whole(result.Lost)}**"],
                ["**doubled**", $"**{Whole(result.Doubled)}**"],
                ["**put aside without a reason**", $"**{Whole(result.InnocentsPutAside)}**"],
                ["from healed to the first commit, p50 s", Percentile(result, 0.5)],
                ["from healed to the first commit, p99 s", Percentile(result, 0.99)],
                ["memory of a worker, most MB", result.PeakMegabytes.ToString("0", CultureInfo.InvariantCulture)],
                [$"workers that lived {MemorySlope.LongLife.TotalMinutes:0} minutes and more", Whole(result.LongLivedWorkers)],
                ["slope of their resident memory under load, without the first third of a life, MB/h", result.ResidentSlope?.ToString() ?? "-"],
                ["slope of what of it belongs to no file (heaps and stacks), MB/h", result.AnonymousSlope?.ToString() ?? "-"],
            ]));
        text.Append("\n## Faults\n\n");
        text.Append(MarkdownTable.Write(
            ["fault", "times", "longest s", "to the first commit, median s", "most s"],
            [.. result.Faults.GroupBy(fault => fault.Name).OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(Row)]));
        text.Append("\n## Dead letters\n\n");
        text.Append(MarkdownTable.Write(
            ["reason", "times"],
            [.. result.DeadLetters.OrderBy(reason => reason.Key, StringComparer.Ordinal).Select(reason => new[] { reason.Key, Whole(reason.Value) })]));
        return text.ToString();
    }

    private static IReadOnlyList<string> Row(IGrouping<string, FaultEvent> kind)
    {
        double[] waits = [.. kind.Select(fault => fault.FirstCommitSeconds ?? double.PositiveInfinity).Order()];
        return
        [
            kind.Key,
            Whole(kind.Count()),
            kind.Max(fault => fault.Seconds).ToString("0.0", CultureInfo.InvariantCulture),
            waits[waits.Length / 2].ToString("0.0", CultureInfo.InvariantCulture),
            waits[^1].ToString("0.0", CultureInfo.InvariantCulture),
        ];
    }

    private static string Percentile(ChaosResult result, double share)
    {
        double[] waits = [.. result.Faults.Select(fault => fault.FirstCommitSeconds ?? double.PositiveInfinity).Order()];
        return waits.Length == 0 ? "-" : waits[(int)Math.Min(waits.Length - 1, Math.Ceiling(share * waits.Length) - 1)].ToString("0.0", CultureInfo.InvariantCulture);
    }

    private static string Whole(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
