using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_a_server_is_restarted
{
    private const int Orders = 60_000;

    [Fact]
    public async Task Killing_postgres_in_the_middle_of_a_drain_loses_nothing_and_doubles_nothing()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, Orders);
        await using var worker = await WorkerUnderTest.StartAsync(pipeline, settings: "Intake:MaxBatch=200");
        await Drain.GoesOnAsync(pipeline, before: 0, more: 1000);

        await pipeline.Servers.Postgres.KillAsync();
        await Eventually.TrueAsync("the worker is not ready", async () =>
        {
            var (isReady, body) = await worker.ReadyAsync();
            return (!isReady, body.ToString());
        });
        Assert.True(await worker.IsLiveAsync());
        await pipeline.Servers.Postgres.StartAgainAsync();

        await AllAreStoredAsync(pipeline);
    }

    [Fact]
    public Task Killing_the_broker_in_the_middle_of_a_drain_loses_nothing_and_doubles_nothing() => TheBrokerComesBackAsync(broker => broker.KillAsync());

    [Fact]
    public Task Stopping_and_starting_the_broker_in_the_middle_of_a_drain_loses_nothing_and_doubles_nothing() => TheBrokerComesBackAsync(broker => broker.StopAsync());

    [Fact]
    public async Task Killing_the_broker_five_times_within_a_drain_loses_nothing_and_doubles_nothing()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, Orders);
        await using var worker = await WorkerUnderTest.StartAsync(pipeline, settings: "Intake:MaxBatch=20");
        await QuorumQueue.OnDiskAsync(pipeline.Servers, pipeline.Names.Queue);

        var stored = 0L;
        for (var kill = 1; kill <= 5; kill++)
        {
            stored = await Drain.GoesOnAsync(pipeline, stored);
            await pipeline.Servers.Rabbit.KillAsync();
            await pipeline.Servers.Rabbit.StartAgainAsync();
        }

        await Drain.IsCompleteAsync(pipeline, Orders);
        Assert.InRange(stored, 1, Orders - 1);
    }

    [Fact]
    public async Task A_database_that_turns_read_only_makes_the_worker_unready_and_costs_nothing()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        var database = await pipeline.ScalarAsync<string>("select current_database()::text");
        await pipeline.ExecuteAsync($"alter database {database} set default_transaction_read_only = on");
        await pipeline.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(100));

        await Eventually.TrueAsync("readiness says why", async () =>
        {
            var (isReady, body) = await worker.ReadyAsync();
            return (!isReady && body.ToString().Contains("read-only transaction"), body.ToString());
        });
        Assert.True(await worker.IsLiveAsync());

        await pipeline.ExecuteAsync($"set default_transaction_read_only = off; alter database {database} reset default_transaction_read_only");
        await pipeline.ExecuteAsync(
            "set default_transaction_read_only = off; select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
    }

    private static async Task TheBrokerComesBackAsync(Func<DevServer, Task> go)
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, Orders);
        await using var worker = await WorkerUnderTest.StartAsync(pipeline, settings: "Intake:MaxBatch=200");
        await QuorumQueue.OnDiskAsync(pipeline.Servers, pipeline.Names.Queue);
        await Drain.GoesOnAsync(pipeline, before: 0, more: 1000);

        await go(pipeline.Servers.Rabbit);
        await pipeline.Servers.Rabbit.StartAgainAsync();

        await AllAreStoredAsync(pipeline);
    }

    private static async Task AllAreStoredAsync(Pipeline pipeline)
    {
        await Eventually.TrueAsync($"{Orders} orders are stored", async () =>
        {
            try
            {
                var stored = await pipeline.CountAsync("orders");
                return (stored == Orders, $"{stored}");
            }
            catch (Npgsql.NpgsqlException notYet)
            {
                return (false, notYet.Message);
            }
        });
        await Drain.IsCompleteAsync(pipeline, Orders);
    }
}
