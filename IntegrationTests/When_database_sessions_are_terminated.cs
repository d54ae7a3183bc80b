using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_database_sessions_are_terminated
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Storm = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Five_times_a_second_under_load_orders_are_still_stored_and_each_once()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var role = await DatabaseRole.CreateAsync(pipeline);
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, role.Setting, "Intake:MaxBatch=100");
        var ledger = Ledger.Of(pipeline);

        using var storm = new CancellationTokenSource(Storm);
        var load = PublishAsync(ledger, storm.Token);
        var (terminated, storedInStorm) = await TerminateAsync(pipeline, role, storm.Token);
        await load;

        Assert.True(terminated > 20, $"only {terminated} sessions were terminated");
        Assert.True(storedInStorm > ledger.Confirmed / 10, $"{storedInStorm} of {ledger.Confirmed} orders were stored in the storm");
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
    }

    private static async Task PublishAsync(Ledger ledger, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await ledger.StoresAsync(Some.Orders(500));
        }
    }

    private static async Task<(int Terminated, long Stored)> TerminateAsync(Pipeline pipeline, DatabaseRole role, CancellationToken end)
    {
        using var timer = new PeriodicTimer(Interval);
        var terminated = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                terminated += await role.DisconnectAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The storm is over.
        }

        return (terminated, await pipeline.CountAsync("orders"));
    }
}
