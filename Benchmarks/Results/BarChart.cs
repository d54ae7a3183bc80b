using System.Xml.Linq;

namespace Benchmarks.Results;

/// <summary>One bar of a chart.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Value">How long it is.</param>
/// <param name="Low">Lower end of its interval, drawn as a whisker.</param>
/// <param name="High">Upper end of its interval.</param>
/// <param name="IsOurs">Ours stands out.</param>
internal sealed record ChartBar(string Label, double Value, double? Low = null, double? High = null, bool IsOurs = false)
{
    /// <summary>The median of one value a round, with its interval.</summary>
    public static ChartBar OfRounds(string label, IReadOnlyList<double> rounds, int seed, bool isOurs)
    {
        var (low, high) = Statistics.MedianInterval(rounds, seed);
        return new ChartBar(label, Statistics.Median(rounds), low, high, isOurs);
    }
}

/// <summary>Horizontal bars. Their colours have enough contrast on light and on dark paper.</summary>
/// <param name="Title">What is shown, with the unit.</param>
/// <param name="Bars">From top to bottom.</param>
internal sealed record BarChart(string Title, IReadOnlyList<ChartBar> Bars) : Chart(Title)
{
    private const int LabelWidth = 250;
    private const int ValueWidth = 90;
    private const int BarHeight = 20;
    private const int RowHeight = 30;
    private const int Top = 44;
    private const int Bottom = 12;

    private const string Style =
        """
        .bar { fill: #8c959f; }
        .ours { fill: #2f81f7; }
        .whisker { stroke: #57606a; stroke-width: 1.5; }
        @media (prefers-color-scheme: dark) { .whisker { stroke: #d1d7e0; } }
        """;

    public override string ToSvg()
    {
        var document = Svg.Document(Title, Top + (Bars.Count * RowHeight) + Bottom, Style);
        var longest = Bars.Select(bar => Math.Max(bar.Value, bar.High ?? 0)).DefaultIfEmpty(0).Max();
        var scale = longest > 0 ? (Svg.Width - LabelWidth - ValueWidth) / longest : 0;
        for (var row = 0; row < Bars.Count; row++)
        {
            document.Add(Row(Bars[row], Top + (row * RowHeight), scale));
        }

        return $"{document}\n";
    }

    private static IEnumerable<XElement> Row(ChartBar bar, int y, double scale)
    {
        const int Baseline = 15;
        var end = LabelWidth + (bar.Value * scale);
        yield return Svg.Text(bar.Label, LabelWidth - 10, y + Baseline, "end");
        yield return Svg.Element(
            "rect",
            new XAttribute("class", bar.IsOurs ? "bar ours" : "bar"),
            Svg.Number("x", LabelWidth),
            Svg.Number("y", y),
            Svg.Number("width", Math.Max(1, end - LabelWidth)),
            Svg.Number("height", BarHeight),
            Svg.Number("rx", 3));
        if (bar is { Low: { } low, High: { } high } && low < high)
        {
            var middle = y + (BarHeight / 2);
            yield return Svg.Line("whisker", LabelWidth + (low * scale), middle, LabelWidth + (high * scale), middle);
            end = Math.Max(end, LabelWidth + (high * scale));
        }

        yield return Svg.Text(Numbers.Text(bar.Value), end + 8, y + Baseline, "start");
    }
}
