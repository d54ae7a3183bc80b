using System.Globalization;
using System.Xml.Linq;

namespace Benchmarks.Results;

/// <summary>One point of a line.</summary>
/// <param name="X">The value that was chosen.</param>
/// <param name="Y">What was measured there.</param>
/// <param name="Low">Lower end of its interval, drawn as a whisker.</param>
/// <param name="High">Upper end of its interval.</param>
internal sealed record ChartPoint(double X, double Y, double? Low = null, double? High = null)
{
    /// <summary>None where nothing was measured.</summary>
    public static ChartPoint? At(double x, double? y) => y is { } value ? new ChartPoint(x, value) : null;
}

/// <summary>One line.</summary>
/// <param name="Label">What it is, in few words: it stands at the line's end.</param>
/// <param name="Points">From left to right.</param>
internal sealed record ChartLine(string Label, IReadOnlyList<ChartPoint> Points);

/// <summary>How something changes with something that was chosen: several lines, each with its name at its end.</summary>
/// <param name="Title">What is shown, with the unit.</param>
/// <param name="XTitle">What was chosen.</param>
/// <param name="Lines">At most six: there are no more colours that can be told apart.</param>
internal sealed record LineChart(string Title, string XTitle, IReadOnlyList<ChartLine> Lines) : Chart(Title)
{
    private const int Height = 340;
    private const int Left = 64;
    private const int Right = 600;
    private const int Top = 48;
    private const int Bottom = 282;
    private const int LabelGap = 10;
    private const int LabelHeight = 17;
    private const int HalfOfText = 4;
    private const int Colours = 6;

    private const string Style =
        """
        .grid { stroke: #d1d9e0; stroke-width: 1; }
        .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
        .whisker { stroke-width: 1.5; opacity: 0.6; }
        .name { font-weight: 600; }
        .c0 { stroke: #0969da; } .f0 { fill: #0969da; }
        .c1 { stroke: #bc4c00; } .f1 { fill: #bc4c00; }
        .c2 { stroke: #1a7f37; } .f2 { fill: #1a7f37; }
        .c3 { stroke: #8250df; } .f3 { fill: #8250df; }
        .c4 { stroke: #bf3989; } .f4 { fill: #bf3989; }
        .c5 { stroke: #6e7781; } .f5 { fill: #6e7781; }
        @media (prefers-color-scheme: dark) {
          .grid { stroke: #3d444d; }
          .c0 { stroke: #4493f8; } .f0 { fill: #4493f8; }
          .c1 { stroke: #f0883e; } .f1 { fill: #f0883e; }
          .c2 { stroke: #3fb950; } .f2 { fill: #3fb950; }
          .c3 { stroke: #ab7df8; } .f3 { fill: #ab7df8; }
          .c4 { stroke: #e275ad; } .f4 { fill: #e275ad; }
          .c5 { stroke: #9198a1; } .f5 { fill: #9198a1; }
        }
        """;

    /// <summary>Doublings are as wide as each other, for values such as 250, 500, 1000. All must be above 0.</summary>
    public bool IsXLogarithmic { get; init; }

    /// <summary>The same upwards, where the largest value is many times the smallest.</summary>
    public bool IsYLogarithmic { get; init; }

    public override string ToSvg()
    {
        // What is not a number has no place in a picture.
        ChartLine[] lines =
        [
            .. Lines.Select(line => line with { Points = [.. line.Points.Where(IsShown)] }).Where(line => line.Points.Count > 0).Take(Colours),
        ];
        ChartPoint[] points = [.. lines.SelectMany(line => line.Points)];
        var xs = points.Select(point => point.X);
        var ys = points.SelectMany(point => new[] { point.Y, point.High ?? point.Y, point.Low ?? point.Y });
        var x = IsXLogarithmic ? Axis.ChosenLogarithmic(xs) : Axis.Chosen(xs);
        var y = IsYLogarithmic ? Axis.Decades(ys) : Axis.FromZero(ys);

        var document = Svg.Document(Title, Height, Style);
        document.Add(Grid(x, y), Svg.Text(XTitle, (Left + Right) / 2, Height - 14, "middle"));
        for (var i = 0; i < lines.Length; i++)
        {
            document.Add(Drawn(lines[i].Points, i, x, y));
        }

        document.Add(Names(lines, y));
        return $"{document}\n";
    }

    private static double Across(Axis x, double value) => Left + (x.Position(value) * (Right - Left));

    private static double Up(Axis y, double value) => Bottom - (y.Position(value) * (Bottom - Top));

    private static IEnumerable<XElement> Grid(Axis x, Axis y)
    {
        foreach (var tick in y.Ticks)
        {
            var height = Up(y, tick);
            yield return Svg.Line("grid", Left, height, Right, height);
            yield return Svg.Text(Numbers.Tick(tick), Left - 8, height + HalfOfText, "end");
        }

        foreach (var tick in x.Ticks)
        {
            var across = Across(x, tick);
            yield return Svg.Line("grid", across, Bottom, across, Bottom + 5);
            yield return Svg.Text(Numbers.Tick(tick), across, Bottom + 20, "middle");
        }
    }

    private static IEnumerable<XElement> Drawn(IReadOnlyList<ChartPoint> points, int colour, Axis x, Axis y)
    {
        var path = string.Join(' ', points.Select(point => $"{Svg.Rounded(Across(x, point.X))},{Svg.Rounded(Up(y, point.Y))}"));
        yield return Svg.Element("polyline", new XAttribute("class", Colour("line c", colour)), new XAttribute("points", path));
        foreach (var point in points)
        {
            var across = Across(x, point.X);
            if (point is { Low: { } low, High: { } high } && low < high)
            {
                yield return Svg.Line(Colour("whisker c", colour), across, Up(y, low), across, Up(y, high));
            }

            yield return Svg.Element(
                "circle",
                new XAttribute("class", Colour("f", colour)),
                Svg.Number("cx", across),
                Svg.Number("cy", Up(y, point.Y)),
                Svg.Number("r", 3.5));
        }
    }

    private static IEnumerable<XElement> Names(IReadOnlyList<ChartLine> lines, Axis y)
    {
        var heights = LabelPlaces.Spread([.. lines.Select(line => Up(y, line.Points[^1].Y))], LabelHeight, Top, Bottom);
        return lines.Select((line, i) => Svg.Text(line.Label, Right + LabelGap, heights[i] + HalfOfText, "start", Colour("name f", i)));
    }

    private static string Colour(string prefix, int number) => prefix + number.ToString(CultureInfo.InvariantCulture);

    private bool IsShown(ChartPoint point) =>
        double.IsFinite(point.X) && double.IsFinite(point.Y) && (point.X > 0 || !IsXLogarithmic) && (point.Y > 0 || !IsYLogarithmic);
}
