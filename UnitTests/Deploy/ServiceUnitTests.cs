using UnitTests.Support;
using Worker.Intake;
using Worker.Operations;

namespace UnitTests.Deploy;

/// <summary>What the systemd unit says is what the worker does.</summary>
public sealed class ServiceUnitTests
{
    private static readonly ILookup<string, string> Unit = DeployFiles.Text("deploy/systemd/orders-worker@.service").Split('\n')
        .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
        .Select(line => line.Split('=', 2))
        .ToLookup(entry => entry[0], entry => entry[1]);

    [Fact]
    public void The_worker_knows_its_environment_and_its_credentials()
    {
        var environment = Unit["Environment"].SelectMany(line => line.Split(' ')).Select(setting => setting.Split('=', 2)).ToList();
        var credentials = Unit["LoadCredential"].Select(line => line.Split(':')).ToList();

        Assert.NotEmpty(environment);
        Assert.All(environment, setting => KnownSettings.AssertKnown(setting[0], setting[1]));
        Assert.Equal(["ConnectionStrings__RabbitMq", "ConnectionStrings__Orders", "Management__AdminToken"], credentials.Select(credential => credential[0]));
        Assert.All(credentials, credential => Assert.Equal($"/etc/orders-worker/credentials/{credential[0]}", credential[1]));
        Assert.Equal("http://127.0.0.1:8081", WorkerHost.ManagementAddress(
            [$"Urls={environment.Single(setting => setting[0] == "Urls")[1].Replace("%i", "1", StringComparison.Ordinal)}"]));
    }

    [Fact]
    public void It_runs_the_worker_and_hears_from_it()
    {
        var command = Assert.Single(Unit["ExecStart"]).Split(' ');

        Assert.Equal("run", WorkerCommands.Create().Parse(command[1..]).CommandResult.Command.Name);
        Assert.Equal("notify", Assert.Single(Unit["Type"]));
        Assert.InRange(Seconds("WatchdogSec"), 10, 60);
    }

    [Fact]
    public void A_stop_has_the_time_to_drain_and_wrong_settings_are_not_tried_again()
    {
        Assert.True(Seconds("TimeoutStopSec") > IntakeOptions.DefaultShutdownSeconds + 5);
        Assert.Equal("SIGTERM", Assert.Single(Unit["KillSignal"]));
        Assert.Equal($"{ExitCodes.Configuration}", Assert.Single(Unit["RestartPreventExitStatus"]));
    }

    [Fact]
    public void It_is_nobody_and_its_secrets_stay_in_its_memory()
    {
        Assert.Equal("yes", Assert.Single(Unit["DynamicUser"]));
        Assert.Equal("", Assert.Single(Unit["CapabilityBoundingSet"]));
        Assert.Equal("0", Assert.Single(Unit["LimitCORE"]));
        Assert.DoesNotContain(Unit["Environment"], line => line.Contains("ConnectionStrings", StringComparison.Ordinal));
    }

    /// <summary>Seen under a running systemd: without this call the runtime ends with "Failed to create CoreCLR".</summary>
    [Fact]
    public void The_runtime_may_bind_its_threads_although_the_group_of_that_call_is_forbidden()
    {
        var filters = Unit["SystemCallFilter"].ToList();

        Assert.True(filters.IndexOf("sched_setaffinity") > filters.FindIndex(filter => filter.StartsWith('~')), string.Join(", ", filters));
    }

    private static int Seconds(string name) => int.Parse(Assert.Single(Unit[name]));
}
