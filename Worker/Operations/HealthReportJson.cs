using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Worker.Operations;

/// <summary>A probe's answer: the verdict, and for each check its own with a sentence.</summary>
internal static class HealthReportJson
{
    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var answer = new HealthAnswer(
            report.Status.ToString(),
            report.Entries.ToDictionary(entry => entry.Key, entry => new HealthAnswerCheck(entry.Value.Status.ToString(), entry.Value.Description)));
        return context.Response.WriteAsJsonAsync(answer, StatusJson.Default.HealthAnswer);
    }
}

/// <summary>The body of a probe's answer.</summary>
internal sealed record HealthAnswer(string Status, IReadOnlyDictionary<string, HealthAnswerCheck> Checks);

/// <summary>One check of it.</summary>
internal sealed record HealthAnswerCheck(string Status, string? Detail);
