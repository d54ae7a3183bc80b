using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_replicas_come_and_go
{
    private const int Comers = 3;
    private const int OrdersATick = 50;

    // 2,000 orders a second.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(25);

    [Fact]
    public async Task Under_load_each_order_is_stored_once_none_waits_for_another_in_a_circle_and_who_is_told_to_go_goes()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var stays = await WorkerProcess.Run(pipeline).ReadyAsync();
        var ledger = Ledger.Of(pipeline);
        using var end = new CancellationTokenSource();
        var publishing = PublishAsync(ledger, end.Token);

        var comers = Enumerable.Range(0, Comers).Select(_ => WorkerProcess.Run(pipeline)).ToList();
        try
        {
            await Task.WhenAll(comers.Select(ShareAsync));
            foreach (var comer in comers)
            {
                comer.Terminate();
                Assert.Equal(0, await comer.ExitAsync(within: TimeSpan.FromSeconds(10)));
            }
        }
        finally
        {
            await Task.WhenAll(comers.Select(comer => comer.DisposeAsync().AsTask()));
            await end.CancelAsync();
        }

        await publishing;
        await ledger.SettlesAsync();
        await stays.ReadyAsync();
        stays.Terminate();
        Assert.Equal(0, await stays.ExitAsync());
        await ledger.SettlesAsync();

        // A session's figures are complete when it has ended.
        Assert.Equal(0, await pipeline.ScalarAsync<long>("select deadlocks from pg_stat_database where datname = current_database()"));
    }

    private static async Task PublishAsync(Ledger ledger, CancellationToken end)
    {
        using var pace = new PeriodicTimer(Tick);
        while (!end.IsCancellationRequested)
        {
            await ledger.StoresAsync(Some.Orders(OrdersATick));
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static async Task ShareAsync(WorkerProcess comer)
    {
        await comer.ReadyAsync();
        await Eventually.TrueAsync("it takes its share", async () =>
        {
            var stored = (await comer.StatusAsync()).GetProperty("stored").GetInt64();
            return (stored > 0, $"{stored} stored");
        });
    }
}
