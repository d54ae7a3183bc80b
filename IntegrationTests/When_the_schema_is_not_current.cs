using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_schema_is_not_current
{
    private const string Migration = "20261121080000_Initial";

    [Fact]
    public async Task The_worker_stays_up_names_what_is_missing_and_starts_once_it_is_there()
    {
        await using var pipeline = await Pipeline.CreateAsync(withSchema: false);
        await pipeline.DeclareAsync();
        await pipeline.PublishAsync(Some.Body());
        await using var worker = await WorkerUnderTest.StartAsync(pipeline);
        await Eventually.TrueAsync("readiness names the migration", async () =>
        {
            var (isReady, body) = await worker.ReadyAsync();
            return (!isReady && body.GetProperty("checks").GetProperty("schema").GetProperty("detail").GetString()!.Contains(Migration), body.ToString());
        });
        Assert.True(await worker.IsLiveAsync());
        Assert.Equal(1u, await pipeline.WaitingAsync());

        await using var migrate = WorkerProcess.Start(["migrate", .. pipeline.Settings()]);
        Assert.Equal(0, await migrate.ExitAsync());

        await worker.BecomesReadyAsync();
        await Eventually.EqualAsync(1L, "orders", () => pipeline.CountAsync("orders"));
    }

    [Fact]
    public async Task With_migrate_any_number_of_workers_bring_it_there_together()
    {
        await using var pipeline = await Pipeline.CreateAsync(withSchema: false);
        var workers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => WorkerUnderTest.StartAsync(pipeline, migrate: true)));
        foreach (var worker in workers)
        {
            await worker.BecomesReadyAsync();
        }

        Assert.Equal(Migration, await pipeline.ScalarAsync<string>("select string_agg(\"MigrationId\", ',') from \"__EFMigrationsHistory\""));
        foreach (var worker in workers)
        {
            await worker.DisposeAsync();
        }
    }
}
