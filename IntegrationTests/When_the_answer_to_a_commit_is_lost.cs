using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_answer_to_a_commit_is_lost
{
    private const int Orders = 3000;

    // The message that ends a COPY: the server commits when it has it. What comes before depends on the batch: its rows, or an empty piece.
    private static readonly byte[] EndOfCopy = [(byte)'c', 0, 0, 0, 4];

    [Fact]
    public async Task The_batch_is_written_again_and_stored_once()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToDatabase();
        await pipeline.DeclareAsync();
        await pipeline.PublishAsync(Some.Bodies(Orders));
        var cuts = network.CutAfter(Way.ToServer, EndOfCopy, times: 10);

        await using var worker = await WorkerUnderTest.StartAsync(pipeline, settings: [pipeline.DatabaseBehind(network), "Intake:MaxBatch=100"]);

        await Eventually.EqualAsync((long)Orders, "orders", () => pipeline.CountAsync("orders"));
        await Eventually.EqualAsync(0u, "messages waiting", pipeline.WaitingAsync);
        Assert.Equal(10, cuts.Fired);
        Assert.Equal(0, await pipeline.CountAsync("dead_letters"));
    }

    [Fact]
    public async Task An_answer_that_never_comes_is_not_waited_for_for_ever()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToDatabase();
        await pipeline.DeclareAsync();
        await pipeline.PublishAsync(Some.Bodies(Orders));
        var lost = network.SwallowAnswerAfter(Way.ToServer, EndOfCopy);

        await using var worker = await WorkerUnderTest.StartAsync(
            pipeline, settings: [pipeline.DatabaseBehind(network), "Intake:MaxBatch=100", "Postgres:CommandSeconds=2"]);

        await Eventually.EqualAsync((long)Orders, "orders", () => pipeline.CountAsync("orders"));
        await Eventually.EqualAsync(0u, "messages waiting", pipeline.WaitingAsync);
        Assert.Equal(1, lost.Fired);
        Assert.Equal(0, await pipeline.CountAsync("dead_letters"));
    }
}
