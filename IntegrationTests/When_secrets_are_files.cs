using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_secrets_are_files
{
    [Fact]
    public async Task Producer_and_worker_find_broker_and_database_through_them()
    {
        await using var pipeline = await Pipeline.CreateAsync(withSchema: false);
        using var secrets = new TemporaryFolder();
        await File.WriteAllTextAsync(secrets.File("ConnectionStrings__RabbitMq"), pipeline.BrokerConnectionString + "\n");
        await File.WriteAllTextAsync(secrets.File("ConnectionStrings__Orders"), pipeline.DatabaseConnectionString + "\n");
        await File.WriteAllTextAsync(secrets.File("RabbitMq__Pipeline"), pipeline.Names.Pipeline);
        var folder = Path.GetDirectoryName(secrets.File("any"))!;

        var producer = await ProducerProcess.RunWithCredentialsAsync(folder, "generate", "--count", "500", "--json");
        Assert.Equal((0, 500), (producer.ExitCode, producer.Count("confirmed")));

        await using var worker = await WorkerProcess
            .RunWithCredentials(folder, "--migrate")
            .ReadyAsync();
        await Eventually.EqualAsync(500L, "orders", () => pipeline.CountAsync("orders"));
        Assert.DoesNotContain("Password", worker.Output);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_a_wrong_setting_to_both()
    {
        await using var worker = WorkerProcess.RunWithCredentials("/nowhere");
        var producer = await ProducerProcess.RunWithCredentialsAsync("/nowhere", "generate", "--count", "1");

        Assert.Equal((78, 78), (await worker.ExitAsync(), producer.ExitCode));
        Assert.Contains("CREDENTIALS_DIRECTORY is '/nowhere', which cannot be read", worker.Output);
        Assert.Contains("CREDENTIALS_DIRECTORY is '/nowhere', which cannot be read", producer.Errors);
    }
}
