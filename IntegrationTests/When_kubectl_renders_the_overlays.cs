using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_kubectl_renders_the_overlays
{
    private static readonly string[] Production =
        ["ConfigMap", "Deployment", "Job", "Namespace", "NetworkPolicy", "NetworkPolicy", "NetworkPolicy", "PodDisruptionBudget", "ServiceAccount"];

    [ToolFact(nameof(Tool.Kubectl))]
    public async Task Production_has_certificates_its_own_image_and_settings_under_a_name_that_changes_with_them()
    {
        var rendered = await RenderAsync("production");

        Assert.Equal(Production, Kinds(rendered));
        Assert.Contains("replicas: 3", rendered);
        Assert.Contains("mountPath: /run/tls/broker", rendered);
        Assert.Contains("mountPath: /run/tls/database", rendered);
        Assert.Matches("name: orders-worker-[0-9a-z]{10}\n", rendered);
        Assert.DoesNotMatch("image: orders-worker(:latest)?\n", rendered);
    }

    [ToolFact(nameof(Tool.Kubectl))]
    public async Task Keda_adds_what_scales_and_leaves_the_number_of_replicas_to_it()
    {
        var rendered = await RenderAsync("keda");

        Assert.Equal([.. Production.Concat(["ScaledObject", "TriggerAuthentication"]).Order(StringComparer.Ordinal)], Kinds(rendered));
        Assert.DoesNotContain("  replicas:", rendered);
    }

    [ToolFact(nameof(Tool.Kubectl))]
    public async Task So_does_the_autoscaler_of_Kubernetes()
    {
        var rendered = await RenderAsync("hpa");

        Assert.Equal([.. Production.Append("HorizontalPodAutoscaler").Order(StringComparer.Ordinal)], Kinds(rendered));
        Assert.DoesNotContain("  replicas:", rendered);
    }

    private static async Task<string> RenderAsync(string overlay)
    {
        var (exitCode, output) = await Tool.Kubectl.RunAsync(["kustomize", $"deploy/kubernetes/overlays/{overlay}"]);
        Assert.True(exitCode == 0, output);
        Assert.All(output.Split("\n---\n").Where(document => !document.Contains("kind: Namespace")), document => Assert.Matches("(?m)^  namespace: orders$", document));
        return output;
    }

    private static IEnumerable<string> Kinds(string rendered) =>
        rendered.Split('\n').Where(line => line.StartsWith("kind: ", StringComparison.Ordinal)).Select(line => line["kind: ".Length..]).Order(StringComparer.Ordinal);
}
