using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_compose_reads_its_file
{
    private static readonly string[] Everything = ["--profile", "producer", "--profile", "observability", "config"];

    [ToolFact(nameof(Tool.Compose))]
    public async Task It_understands_every_line_and_misses_nothing()
    {
        var (exitCode, output) = await Tool.Compose.RunAsync([.. Everything, "--quiet"]);

        Assert.Equal((0, ""), (exitCode, output));
    }

    [ToolFact(nameof(Tool.Compose))]
    public async Task Without_a_profile_there_are_the_servers_the_migration_and_the_worker()
    {
        var (exitCode, output) = await Tool.Compose.RunAsync(["config", "--services"]);

        Assert.Equal(0, exitCode);
        Assert.Equal(["migrate", "postgres", "rabbitmq", "worker"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [ToolFact(nameof(Tool.Compose))]
    public async Task Other_passwords_and_ports_take_the_place_of_those_in_the_file()
    {
        var (exitCode, output) = await Tool.Compose.RunAsync(Everything, ("ORDERS_SECRETS", "/elsewhere"), ("RABBITMQ_PORT", "15673"));

        Assert.True(exitCode == 0, output);
        Assert.Contains("/elsewhere/broker_address", output);
        Assert.DoesNotContain("deploy/compose/secrets", output);
        Assert.Contains("15673", output);
    }
}
