using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Benchmarks.Results;

/// <summary>The files of a measure: JSON with every round, Markdown for readers, SVG for the hurried.</summary>
internal static class ResultFiles
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static async Task WriteAsync(string folder, Report report)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, report.Measure + ".json"), Json(report));
        await File.WriteAllTextAsync(Path.Combine(folder, report.Measure + ".md"), MarkdownReport.Write(report));
        foreach (var chart in report.Findings.Charts)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, chart.FileName(report.Measure)), chart.ToSvg());
        }
    }

    /// <summary>The figures of a result file; none when it is not there.</summary>
    public static async Task<IReadOnlyList<Figure>> ReadFiguresAsync(string folder, string measure)
    {
        var path = Path.Combine(folder, measure + ".json");
        return File.Exists(path) ? Figures(await File.ReadAllTextAsync(path)) : [];
    }

    internal static string Json(Report report) => JsonSerializer.Serialize(
        new
        {
            report.Measure,
            report.Date,
            report.Quick,
            report.Rounds,
            report.Seed,
            report.Machine,
            report.Findings.Servers,
            report.Findings.Notes,
            report.Findings.Figures,
            report.Findings.Runs,
        },
        Options) + "\n";

    internal static IReadOnlyList<Figure> Figures(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("figures").Deserialize<Figure[]>(Options) ?? [];
    }
}
