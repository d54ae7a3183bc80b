using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using UnitTests.Support;

namespace UnitTests.Deploy;

/// <summary>What the board and the alerts ask Prometheus for, and what is said about the alerts.</summary>
public sealed partial class DashboardTests
{
    private const string Rules = "deploy/prometheus/rules/orders.rules.yml";

    [Fact]
    public void Every_alert_has_a_first_step_and_no_step_is_for_an_alert_that_is_not_there()
    {
        var alerts = Alert().Matches(DeployFiles.Text(Rules)).Select(match => match.Groups[1].Value);
        var steps = AlertName().Matches(DeployFiles.Text("docs/operations.md")).Select(match => match.Groups[1].Value);

        Assert.Equal(alerts.Order(), steps.Order());
    }

    /// <summary>The names that Prometheus gives to the instruments of a metric that comes by OTLP.</summary>
    internal static IEnumerable<string> PrometheusNames(Instrument instrument)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var name = instrument.Name.Replace('.', '_') + unit;
        return instrument.GetType().Name switch
        {
            var kind when kind.StartsWith("Histogram", StringComparison.Ordinal) => [$"{name}_bucket", $"{name}_count", $"{name}_sum"],
            var kind when kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal) => [$"{name}_total"],
            _ => [name],
        };
    }

    /// <summary>Our metrics and .NET's that board and alerts ask for. The broker's own are the broker's.</summary>
    internal static IReadOnlySet<string> Asked()
    {
        using var board = JsonDocument.Parse(DeployFiles.Text("deploy/grafana/dashboards/orders-worker.json"));
        return Expressions(board.RootElement).Append(DeployFiles.Text(Rules))
            .SelectMany(expression => Metric().Matches(NotMetrics().Replace(expression, "")))
            .Select(match => match.Value)
            .ToHashSet();
    }

    private static IEnumerable<string> Expressions(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Expressions),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member is { Name: "expr", Value.ValueKind: JsonValueKind.String }
            ? [member.Value.GetString()!]
            : Expressions(member.Value)),
        _ => [],
    };

    [GeneratedRegex(@"^ +- alert: (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Alert();

    [GeneratedRegex(@"`(Orders[A-Z]\w+)`")]
    private static partial Regex AlertName();

    // Labels: what is matched, and what is grouped by.
    [GeneratedRegex(@"\{[^}]*\}|\bby \([^)]*\)")]
    private static partial Regex NotMetrics();

    [GeneratedRegex(@"\b(orders|messaging|process|dotnet|db)_\w+")]
    private static partial Regex Metric();
}
