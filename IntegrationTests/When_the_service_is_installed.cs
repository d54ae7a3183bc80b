using System.Runtime.Versioning;
using IntegrationTests.Stack;

namespace IntegrationTests;

[UnsupportedOSPlatform("windows")]
public sealed class When_the_service_is_installed
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [ToolFact(nameof(Tool.Bash))]
    public async Task Program_unit_and_places_for_secrets_are_there_and_it_says_what_is_missing()
    {
        using var root = new TemporaryFolder();
        using var built = Built("1");

        var output = await InstallAsync(root, built, "--allow", "10.0.7.0/24");

        Assert.Equal("1", await File.ReadAllTextAsync(root.File("opt/orders-worker/Worker")));
        Assert.True(File.Exists(root.File("etc/systemd/system/orders-worker@.service")));
        Assert.Contains("IPAddressAllow=10.0.7.0/24", await File.ReadAllTextAsync(root.File("etc/systemd/system/orders-worker@.service.d/network.conf")));
        Assert.Equal((OwnerOnly, OwnerOnly), (ModeOf(root, "credentials"), ModeOf(root, "migrator")));
        Assert.Contains("ConnectionStrings__RabbitMq ConnectionStrings__Orders", output);
        Assert.Contains("etc/orders-worker/migrator", output);
    }

    [ToolFact(nameof(Tool.Bash))]
    public async Task Another_version_takes_its_place_and_settings_and_secrets_stay()
    {
        using var root = new TemporaryFolder();
        using var first = Built("1");
        using var second = Built("2");
        await File.WriteAllTextAsync(first.File("Gone.dll"), "");
        await InstallAsync(root, first);
        await File.WriteAllTextAsync(root.File("etc/orders-worker/worker.env"), "Intake__Lanes=4");
        foreach (var secret in new[] { "credentials/ConnectionStrings__RabbitMq", "credentials/ConnectionStrings__Orders", "migrator/ConnectionStrings__Orders" })
        {
            await File.WriteAllTextAsync(root.File($"etc/orders-worker/{secret}"), "kept");
        }

        var output = await InstallAsync(root, second);

        Assert.Equal("2", await File.ReadAllTextAsync(root.File("opt/orders-worker/Worker")));
        Assert.False(File.Exists(root.File("opt/orders-worker/Gone.dll")));
        Assert.Equal("Intake__Lanes=4", await File.ReadAllTextAsync(root.File("etc/orders-worker/worker.env")));
        Assert.Equal("kept", await File.ReadAllTextAsync(root.File("etc/orders-worker/credentials/ConnectionStrings__RabbitMq")));
        Assert.DoesNotContain("Write these files", output);
        Assert.DoesNotContain("And into", output);
    }

    private static TemporaryFolder Built(string version)
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("Worker"), version);
        File.SetUnixFileMode(folder.File("Worker"), OwnerOnly);
        return folder;
    }

    private static async Task<string> InstallAsync(TemporaryFolder root, TemporaryFolder built, params string[] more)
    {
        var (exitCode, output) = await Tool.Bash.RunAsync([DeployedServers.File("systemd/install.sh"), "--from", built.Path, .. more], ("DESTDIR", root.Path));
        Assert.True(exitCode == 0, output);
        return output;
    }

    private static UnixFileMode ModeOf(TemporaryFolder root, string folder) => File.GetUnixFileMode(root.File($"etc/orders-worker/{folder}"));
}
