using System.Globalization;
using System.Xml.Linq;

namespace Benchmarks.Results;

/// <summary>The elements that charts are made of.</summary>
internal static class Svg
{
    /// <summary>The width of every chart: GitHub's column.</summary>
    public const int Width = 760;

    /// <summary>Text as it looks in all of them, on light and on dark paper.</summary>
    public const string TextStyle =
        """
        text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #57606a; }
        .title { font-weight: 600; font-size: 15px; }
        @media (prefers-color-scheme: dark) { text { fill: #9198a1; } }
        """;

    private static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    /// <summary>The document, with its title for those who hear it read and above the picture for those who see it.</summary>
    public static XElement Document(string title, int height, string style) => Element(
        "svg",
        new XAttribute("viewBox", $"0 0 {Width} {height}"),
        new XAttribute("width", Width),
        new XAttribute("height", height),
        new XAttribute("role", "img"),
        Element("title", title),
        Element("style", $"\n{TextStyle}\n{style}\n"),
        Text(title, 8, 24, "start", "title"));

    public static XElement Element(string name, params object?[] content) => new(Namespace + name, content);

    public static XElement Text(string text, double x, double y, string anchor, string? style = null) => Element(
        "text",
        Number("x", x),
        Number("y", y),
        new XAttribute("text-anchor", anchor),
        style is null ? null : new XAttribute("class", style),
        text);

    public static XElement Line(string style, double x1, double y1, double x2, double y2) => Element(
        "line",
        new XAttribute("class", style),
        Number("x1", x1),
        Number("y1", y1),
        Number("x2", x2),
        Number("y2", y2));

    public static XAttribute Number(string name, double value) => new(name, Rounded(value));

    /// <summary>A coordinate: a tenth of a pixel is as fine as anybody sees.</summary>
    public static string Rounded(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);
}
