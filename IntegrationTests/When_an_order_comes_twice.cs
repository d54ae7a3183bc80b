using Contracts;
using IntegrationTests.Stack;
using Microsoft.EntityFrameworkCore;

namespace IntegrationTests;

public sealed class When_an_order_comes_twice
{
    [Fact]
    public async Task In_one_batch_it_is_stored_once()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        var body = Some.Body();
        await pipeline.PublishAsync([body, body, .. Some.Bodies(10), body]);

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, "Intake:Lanes=1");
        await Eventually.EqualAsync(2L, "duplicates", () => DuplicatesOf(worker));
        Assert.Equal(11, await pipeline.CountAsync("orders"));
        Assert.Equal(0, await pipeline.CountAsync("dead_letters"));
    }

    [Fact]
    public async Task In_later_batches_it_is_stored_once()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, "Intake:MaxBatch=10");
        byte[][] bodies = [.. Some.Bodies(200)];
        for (var round = 0; round < 3; round++)
        {
            await pipeline.PublishAsync(bodies);
        }

        await Eventually.EqualAsync(400L, "duplicates", () => DuplicatesOf(worker));
        Assert.Equal(200, await pipeline.CountAsync("orders"));
        Assert.Equal(0, await pipeline.CountAsync("dead_letters"));
    }

    [Fact]
    public async Task On_two_replicas_at_once_it_is_stored_once()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        byte[][] bodies = [.. Some.Bodies(500)];
        await pipeline.PublishAsync(bodies.Concat(bodies.Reverse()));

        await using var first = await WorkerUnderTest.StartAsync(pipeline, settings: "Intake:MaxBatch=100");
        await using var second = await WorkerUnderTest.StartAsync(pipeline, settings: "Intake:MaxBatch=100");
        await Eventually.EqualAsync(500L, "duplicates of both", async () => await DuplicatesOf(first) + await DuplicatesOf(second));
        Assert.Equal(500, await pipeline.CountAsync("orders"));
        Assert.Equal(0, await pipeline.CountAsync("dead_letters"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_other_content_the_second_is_a_dead_letter(bool inOneBatch)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        var first = Some.Order();
        var second = first with { CustomerId = "someone else" };
        await pipeline.PublishAsync(Some.Json(first));
        WorkerUnderTest? worker = null;
        if (!inOneBatch)
        {
            worker = await WorkerUnderTest.StartReadyAsync(pipeline, "Intake:Lanes=1");
            await Eventually.EqualAsync(1L, "orders", () => pipeline.CountAsync("orders"));
        }

        await pipeline.PublishAsync(Some.Json(second), properties => properties.MessageId = "second");
        await pipeline.PublishAsync(Some.Json(first));
        worker ??= await WorkerUnderTest.StartReadyAsync(pipeline, "Intake:Lanes=1");

        await using (worker)
        {
            await Eventually.EqualAsync(1L, "dead letters", () => pipeline.CountAsync("dead_letters"));
            await Eventually.EqualAsync(1L, "duplicates", () => DuplicatesOf(worker));
            await using var context = pipeline.Context();
            var letter = await context.DeadLetters.SingleAsync();
            Assert.Equal("conflict.duplicate", letter.Reason);
            Assert.Equal(first.OrderId, letter.OrderId);
            Assert.Equal(Some.Json(second), letter.Body);
            Assert.Equal("second", letter.MessageId);
            Assert.Equal(first.CustomerId, (await context.Orders.SingleAsync()).CustomerId);
        }
    }

    private static async Task<long> DuplicatesOf(WorkerUnderTest worker) => (await worker.StatusAsync()).GetProperty("duplicates").GetInt64();
}
