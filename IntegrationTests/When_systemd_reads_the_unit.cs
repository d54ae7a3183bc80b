using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_systemd_reads_the_unit
{
    private const string Unit = "orders-worker@.service";

    [ToolFact(nameof(Tool.SystemdAnalyze))]
    public async Task It_has_nothing_to_say_against_it()
    {
        using var folder = new TemporaryFolder();

        // The worker is not installed, and that would be something to say.
        var text = await File.ReadAllTextAsync(DeployedServers.File($"systemd/{Unit}"));
        await File.WriteAllTextAsync(folder.File(Unit), text.Replace("/opt/orders-worker/Worker", "/bin/true").Replace("file:///opt/orders-worker/", "https://example.com/"));

        var (exitCode, output) = await Tool.SystemdAnalyze.RunAsync(["verify", "--recursive-errors=no", folder.File(Unit)]);
        Assert.Equal((0, ""), (exitCode, output));
    }

    [ToolFact(nameof(Tool.SystemdAnalyze))]
    public async Task It_is_exposed_to_less_than_two_of_ten()
    {
        var (exitCode, output) = await Tool.SystemdAnalyze.RunAsync(["security", "--offline=true", "--threshold=20", DeployedServers.File($"systemd/{Unit}")]);

        Assert.True(exitCode == 0, output);
    }
}
