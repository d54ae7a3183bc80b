using System.Globalization;
using System.Text;

namespace Benchmarks.Results;

/// <summary>A report as a page to read.</summary>
internal static class MarkdownReport
{
    public static string Write(Report report)
    {
        var findings = report.Findings;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Capital(report.Measure)}\n\n{report.Description}\n\n");
        AppendChart(text, findings.Chart, report.Measure);
        if (findings.HasRounds)
        {
            text.Append(CultureInfo.InvariantCulture, $"Median of {report.Rounds} round(s); in brackets the 95 % interval of the median (bootstrap).\n");
        }

        if (report.Quick)
        {
            text.Append("Taken with `--quick`: a look, not a result.\n");
        }

        foreach (var table in findings.Tables)
        {
            AppendTable(text, table, report.Measure);
        }

        if (Bars.All.Any(bar => bar.Measure == report.Measure))
        {
            text.Append("\n## Against the bars\n\n").Append(BarsTable(report));
        }

        AppendList(text, "Notes", findings.Notes);
        AppendList(text, "Machine and servers", [report.Machine.ToString(), .. findings.Servers]);
        AppendOrigin(text, report);
        return text.ToString();
    }

    private static void AppendOrigin(StringBuilder text, Report report)
    {
        var (seed, rounds) = report.Findings.HasRounds
            ? (FormattableString.Invariant($" with seed {report.Seed}"), FormattableString.Invariant($" --rounds {report.Rounds}"))
            : ("", "");
        text.Append(CultureInfo.InvariantCulture, $"\nTaken on {report.Date:yyyy-MM-dd}{seed}. All results are in [{report.Measure}.json]({report.Measure}.json). ");
        text.Append(CultureInfo.InvariantCulture, $"Again: `./run bench {report.Measure}{rounds}{(report.Quick ? " --quick" : "")}`\n");
    }

    private static void AppendChart(StringBuilder text, Chart chart, string measure) =>
        text.Append(CultureInfo.InvariantCulture, $"![{chart.Title}]({chart.FileName(measure)})\n\n");

    private static void AppendTable(StringBuilder text, ResultTable table, string measure)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {table.Title}\n\n");
        if (table.Text is not null)
        {
            text.Append(table.Text).Append("\n\n");
        }

        foreach (var chart in table.Charts)
        {
            AppendChart(text, chart, measure);
        }

        text.Append(MarkdownTable.Write(table.Columns, table.Rows));
    }

    private static string BarsTable(Report report) => MarkdownTable.Write(
        ["figure", "seen", "bar", "aim", "verdict"],
        [.. Check.Hold(report.Findings.Figures, Bars.All.Where(bar => bar.Measure == report.Measure)).Select(verdict => (string[])
        [
            verdict.Bar.Title,
            verdict.SeenText,
            verdict.Bar.LimitText,
            verdict.Bar.AimText,
            verdict.Word,
        ])]);

    private static void AppendList(StringBuilder text, string title, IReadOnlyList<string> items)
    {
        if (items.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
            text.AppendJoin("", items.Select(item => $"- {item}\n"));
        }
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
