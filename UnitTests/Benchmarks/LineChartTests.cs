using System.Xml.Linq;
using Benchmarks.Results;

namespace UnitTests.Benchmarks;

public sealed class LineChartTests
{
    [Fact]
    public void A_chart_is_xml_whatever_its_labels_hold()
    {
        var chart = new LineChart("a < b & c", "\"rows\"", [new ChartLine("<v4>", [new ChartPoint(1, 10, 8, 12), new ChartPoint(2, 20)])]);

        var svg = XDocument.Parse(chart.ToSvg()).Root!;

        Assert.Single(Named(svg, "polyline"));
        Assert.Equal(2, Named(svg, "circle").Count());
        Assert.Single(Named(svg, "line"), line => line.Attribute("class")!.Value.StartsWith("whisker", StringComparison.Ordinal));
        Assert.Contains(Named(svg, "text"), text => text.Value == "<v4>");
        Assert.Contains(Named(svg, "text"), text => text.Value == "\"rows\"");
    }

    [Fact]
    public void Every_line_has_a_colour_of_its_own_in_both_themes()
    {
        var chart = new LineChart("t", "x", [.. Enumerable.Range(0, 6).Select(line => Line($"{line}", 1, 2))]);

        var svg = XDocument.Parse(chart.ToSvg()).Root!;

        Assert.Equal(6, Named(svg, "polyline").Select(line => line.Attribute("class")!.Value).Distinct().Count());
        Assert.Contains("prefers-color-scheme: dark", Named(svg, "style").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_rises_is_drawn_upwards()
    {
        var svg = XDocument.Parse(new LineChart("t", "x", [Line("up", 10, 20)]).ToSvg()).Root!;

        var heights = Named(svg, "circle").Select(point => (double)point.Attribute("cy")!).ToArray();
        Assert.True(heights[1] < heights[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_has_no_place_on_its_axis_is_left_out(bool isLogarithmic)
    {
        var line = new ChartLine("odd", [new ChartPoint(1, double.NaN), new ChartPoint(2, 5), new ChartPoint(0, 0)]);

        var svg = XDocument.Parse(new LineChart("t", "x", [line, Line("none")]) { IsXLogarithmic = isLogarithmic, IsYLogarithmic = isLogarithmic }.ToSvg()).Root!;

        Assert.Equal(isLogarithmic ? 1 : 2, Named(svg, "circle").Count());
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_empty_chart_is_a_chart(bool isLogarithmic) =>
        Assert.NotNull(XDocument.Parse(new LineChart("nothing", "x", []) { IsXLogarithmic = isLogarithmic, IsYLogarithmic = isLogarithmic }.ToSvg()).Root);

    private static ChartLine Line(string label, params double[] heights) => new(label, [.. heights.Select((y, x) => new ChartPoint(x + 1, y))]);

    private static IEnumerable<XElement> Named(XElement svg, string name) => svg.Elements().Where(element => element.Name.LocalName == name);
}
