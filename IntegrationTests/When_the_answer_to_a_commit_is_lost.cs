using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_answer_to_a_commit_is_lost
{
    private static readonly int Orders = Repeats.Of(3000);
    private static readonly int Cuts = Repeats.Of(10);

    // Each cut costs a wait of up to two seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60 + (2 * Cuts));

    [Fact]
    public async Task The_batch_is_written_again_and_stored_once()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToDatabase();
        await pipeline.DeclareAsync();
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(Orders));
        var cuts = network.CutAfter(Way.ToServer, WireBytes.EndOfCopy, times: Cuts);

        await using var worker = await WorkerUnderTest.StartAsync(pipeline, settings: [pipeline.DatabaseBehind(network), "Intake:MaxBatch=100"]);

        await ledger.SettlesAsync(Patience);
        Assert.Equal(Cuts, cuts.Fired);
        Assert.True(await DuplicatesAsync(worker) > 0, "no commit had happened");
    }

    [Fact]
    public async Task Nor_does_it_matter_on_the_idempotent_path()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToDatabase();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, pipeline.DatabaseBehind(network), "Intake:MaxBatch=100");
        var known = Some.Orders(Orders).ToList();
        var ledger = await Ledger.PublishAsync(pipeline, known);
        await ledger.SettlesAsync();

        // Every batch has orders that are known, and others.
        var cuts = network.CutAfter(Way.ToServer, "COMMIT\0"u8, times: Cuts);
        await ledger.StoresAsync(known.Zip(Some.Orders(Orders), (old, other) => new[] { old, other }).SelectMany(pair => pair));

        await ledger.SettlesAsync(Patience);
        Assert.Equal(Cuts, cuts.Fired);
        await Eventually.TrueAsync("some were stored by a commit whose answer was lost", async () =>
        {
            var duplicates = await DuplicatesAsync(worker);
            return (duplicates > Orders, $"{duplicates} duplicates");
        });
    }

    [Fact]
    public async Task An_answer_that_never_comes_is_not_waited_for_for_ever()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToDatabase();
        await pipeline.DeclareAsync();
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(Orders));
        var lost = network.SwallowAnswerAfter(Way.ToServer, WireBytes.EndOfCopy);

        await using var worker = await WorkerUnderTest.StartAsync(
            pipeline, settings: [pipeline.DatabaseBehind(network), "Intake:MaxBatch=100", "Postgres:CommandSeconds=2"]);

        await ledger.SettlesAsync();
        Assert.Equal(1, lost.Fired);
        Assert.True(await DuplicatesAsync(worker) > 0, "the commit had not happened");
    }

    // What was published once and is taken for a repetition was stored by a commit whose answer was lost.
    private static async Task<long> DuplicatesAsync(WorkerUnderTest worker) => (await worker.StatusAsync()).GetProperty("duplicates").GetInt64();
}
