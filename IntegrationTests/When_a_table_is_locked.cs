using System.Diagnostics;
using System.Text.Json;
using IntegrationTests.Stack;
using Xunit.Abstractions;

namespace IntegrationTests;

public sealed class When_a_table_is_locked(ITestOutputHelper output)
{
    private const int Lanes = 2;

    private static readonly TimeSpan ResumesWithin = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData("300ms", 30)]
    [InlineData("0", 1)]
    public async Task For_longer_than_a_write_waits_nobody_is_blamed_no_session_stays_behind_and_work_goes_on_when_it_is_free(
        string operatorsLockTimeout, int commandSeconds)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        var database = await pipeline.ScalarAsync<string>("select current_database()::text");
        await pipeline.ExecuteAsync($"alter database {database} set lock_timeout = '{operatorsLockTimeout}'");
        await pipeline.DeclareAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(
            pipeline, $"Intake:Lanes={Lanes}", $"Postgres:CommandSeconds={commandSeconds}", "Intake:MaxBatch=100");

        // While nobody can say what is in the dead queue, its reader is one more that wants to write.
        await Eventually.TrueAsync("the broker has said what waits", async () =>
        {
            var depth = (await worker.StatusAsync()).GetProperty("queueDepth");
            return (depth.ValueKind == JsonValueKind.Number, $"{depth}");
        });
        var tableLock = await TableLock.TakeAsync(pipeline, "orders");
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(1000));

        var attempts = new HashSet<string>();
        await Eventually.TrueAsync("both lanes have tried several times", async () =>
        {
            var waiting = await WaitingAsync(pipeline);
            Assert.InRange(waiting.Length, 0, Lanes);
            attempts.UnionWith(waiting);
            return (attempts.Count >= 4 * Lanes, $"{attempts.Count} attempts");
        });
        Assert.True(await worker.IsLiveAsync());

        var free = Stopwatch.StartNew();
        await tableLock.DisposeAsync();
        await Eventually.TrueAsync("orders are stored", async () => (await pipeline.CountAsync("orders") > 0, "none"), ResumesWithin);
        output.WriteLine($"first commit seen {free.ElapsedMilliseconds} ms after the table was free");
        await ledger.SettlesAsync();
        await worker.BecomesReadyAsync();
    }

    // A session that tries again waits since another time.
    private static Task<string[]> WaitingAsync(Pipeline pipeline) => pipeline.ScalarAsync<string[]>(
        """
        select coalesce(array_agg(pid || ' since ' || query_start), '{}') from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
        """);
}
