using System.Text;

namespace Benchmarks.Results;

/// <summary>Writes a table in GitHub's Markdown, columns padded so that the source reads as well.</summary>
internal static class MarkdownTable
{
    public static string Write(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] lines = [Escaped(columns), .. rows.Select(Escaped)];
        int[] widths = [.. Enumerable.Range(0, columns.Count).Select(column => Math.Max(3, lines.Max(line => line[column].Length)))];
        var text = new StringBuilder();
        AppendLine(text, lines[0], widths);
        text.Append('|');
        for (var column = 0; column < widths.Length; column++)
        {
            // Text to the left, numbers to the right.
            text.Append(column == 0 ? new string('-', widths[column] + 2) : new string('-', widths[column] + 1) + ":").Append('|');
        }

        text.Append('\n');
        foreach (var line in lines.Skip(1))
        {
            AppendLine(text, line, widths);
        }

        return text.ToString();
    }

    private static void AppendLine(StringBuilder text, IReadOnlyList<string> cells, int[] widths)
    {
        text.Append('|');
        for (var column = 0; column < widths.Length; column++)
        {
            var cell = column == 0 ? cells[column].PadRight(widths[column]) : cells[column].PadLeft(widths[column]);
            text.Append(' ').Append(cell).Append(" |");
        }

        text.Append('\n');
    }

    private static IReadOnlyList<string> Escaped(IReadOnlyList<string> cells) =>
        [.. cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" "))];
}
