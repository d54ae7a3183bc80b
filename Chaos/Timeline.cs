using System.Xml.Linq;
using Benchmarks.Results;

namespace Chaos;

/// <summary>Rate, backlog and memory over time, with a mark for every fault.</summary>
internal sealed record Timeline(ChaosResult Result) : Chart("Orders stored a second, messages waiting, MB of a worker that lives throughout, and faults")
{
    private const int Left = 70;
    private const int Right = 750;
    private const int RateTop = 48;
    private const int RateBottom = 170;
    private const int BacklogTop = 200;
    private const int BacklogBottom = 282;
    private const int MemoryTop = 312;
    private const int MemoryBottom = 394;
    private const int MarkTop = 408;
    private const int MarkBottom = 420;
    private const int Height = 452;
    private const int SecondsPerMinute = 60;

    private const string Style =
        """
        .grid { stroke: #d1d9e0; stroke-width: 1; }
        .rate { fill: none; stroke: #0969da; stroke-width: 1.2; }
        .backlog { fill: none; stroke: #bc4c00; stroke-width: 1.2; }
        .memory { fill: none; stroke: #1a7f37; stroke-width: 1.2; }
        .fault { fill: #cf222e; opacity: 0.8; }
        @media (prefers-color-scheme: dark) { .grid { stroke: #3d444d; } .rate { stroke: #4493f8; } .backlog { stroke: #f0883e; } .memory { stroke: #3fb950; } .fault { fill: #f85149; } }
        """;

    public override string ToSvg()
    {
        var end = Math.Max(1, Result.Samples.Select(sample => sample.At).DefaultIfEmpty(1).Max());
        var rate = Axis.FromZero(Result.Samples.Select(sample => sample.PerSecond));
        var backlog = Axis.FromZero(Result.Samples.Select(sample => (double)(sample.Backlog ?? 0)));
        var memory = Axis.FromZero(Result.Samples.Select(sample => sample.Megabytes ?? 0));
        var document = Svg.Document(Title, Height, Style);
        document.Add(
            Grid(rate, RateTop, RateBottom),
            Grid(backlog, BacklogTop, BacklogBottom),
            Grid(memory, MemoryTop, MemoryBottom),
            Drawn("rate", rate, RateTop, RateBottom, sample => sample.PerSecond),
            Drawn("backlog", backlog, BacklogTop, BacklogBottom, sample => sample.Backlog),
            Drawn("memory", memory, MemoryTop, MemoryBottom, sample => sample.Megabytes));
        foreach (var fault in Result.Faults)
        {
            document.Add(Svg.Element(
                "rect",
                new XAttribute("class", "fault"),
                Svg.Number("x", Across(fault.At)),
                Svg.Number("y", MarkTop),
                Svg.Number("width", Math.Max(1.5, Across(fault.At + fault.Seconds) - Across(fault.At))),
                Svg.Number("height", MarkBottom - MarkTop),
                Svg.Element("title", $"{fault.Name}, {fault.Seconds:0.0} s")));
        }

        foreach (var minute in Axis.FromZero([end / SecondsPerMinute]).Ticks.Where(minute => minute * SecondsPerMinute <= end))
        {
            document.Add(Svg.Text($"{Numbers.Tick(minute)} min", Across(minute * SecondsPerMinute), Height - 12, "middle"));
        }

        return $"{document}\n";

        double Across(double seconds) => Left + (seconds / end * (Right - Left));

        XElement Drawn(string style, Axis axis, int top, int bottom, Func<Sample, double?> valueOf) => Svg.Element(
            "polyline",
            new XAttribute("class", style),
            new XAttribute("points", string.Join(' ', Result.Samples
                .Where(sample => valueOf(sample) is not null)
                .Select(sample => $"{Svg.Rounded(Across(sample.At))},{Svg.Rounded(Up(axis, valueOf(sample)!.Value, top, bottom))}"))));
    }

    private static double Up(Axis axis, double value, int top, int bottom) => bottom - (axis.Position(value) * (bottom - top));

    private static IEnumerable<XElement> Grid(Axis axis, int top, int bottom)
    {
        foreach (var tick in axis.Ticks)
        {
            yield return Svg.Line("grid", Left, Up(axis, tick, top, bottom), Right, Up(axis, tick, top, bottom));
            yield return Svg.Text(Numbers.Tick(tick), Left - 6, Up(axis, tick, top, bottom) + 4, "end");
        }
    }
}
