using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_a_grant_is_missing
{
    [Theory]
    [InlineData("orders")]
    [InlineData("dead_letters")]
    public async Task Messages_are_held_until_it_is_back_and_nobody_is_blamed(string table)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var role = await DatabaseRole.CreateAsync(pipeline);
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, role.Setting, "Intake:Lanes=1");
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(1));
        await ledger.SettlesAsync();

        await pipeline.ExecuteAsync($"revoke insert on {table} from {role.Name}");
        await ledger.PutsAsideAsync(Some.Order() with { Total = 1 }, "rule.total_mismatch");
        await ledger.StoresAsync(Some.Orders(300));

        await Eventually.TrueAsync("readiness says which grant", async () =>
        {
            var (isReady, body) = await worker.ReadyAsync();
            return (!isReady && body.ToString().Contains($"permission denied for table {table}") && body.ToString().Contains("lacks a grant"), body.ToString());
        });
        Assert.True(await worker.IsLiveAsync());

        await pipeline.ExecuteAsync($"grant insert on {table} to {role.Name}");
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
    }
}
