using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_alerts_are_evaluated
{
    private const string Rules = "deploy/prometheus/rules/orders.rules.yml";

    [ToolFact(nameof(Tool.Promtool))]
    public async Task Prometheus_understands_the_rules()
    {
        var (exitCode, output) = await Tool.Promtool.RunAsync(["check", "rules", Rules]);

        Assert.True(exitCode == 0, output);
    }

    [ToolFact(nameof(Tool.Promtool))]
    public async Task Every_alert_fires_when_it_should_and_only_then()
    {
        var (exitCode, output) = await Tool.Promtool.RunAsync(["test", "rules", "deploy/prometheus/tests/orders.test.yml"]);

        Assert.True(exitCode == 0, output);
    }
}
