using IntegrationTests.Stack;
using Microsoft.EntityFrameworkCore;

namespace IntegrationTests;

public sealed class When_a_message_kills_the_worker
{
    // Two in a lane and two alone; the fifth start puts it aside.
    private const int MostCrashes = 4;

    // What the dead ones had in hand is stored one by one.
    private static readonly TimeSpan OneByOne = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task It_is_put_aside_at_the_fifth_start_and_takes_no_innocent_with_it()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await using var trap = await PoisonTrap.SetAsync(pipeline);
        await Backlog.PublishAsync(pipeline, 300);
        var poison = Some.Json(Some.Order(customer: PoisonTrap.Customer));
        await pipeline.PublishAsync(poison);
        await Backlog.PublishAsync(pipeline, 11_700);

        for (var start = 1; ; start++)
        {
            // Small, so that little is in the hands of those that die.
            await using var worker = WorkerProcess.Run(pipeline, "Intake:MaxBatch=100");
            if (!await trap.IsSprungAsync())
            {
                await Eventually.EqualAsync(12_000L, "orders", () => pipeline.CountAsync("orders"), OneByOne);
                await Eventually.EqualAsync((0u, 0u), "messages waiting in queue and dead queue", async () => (await pipeline.WaitingAsync(), await pipeline.DeadAsync()));
                worker.Terminate();
                Assert.Equal(0, await worker.ExitAsync());
                Assert.Contains("aside unread", worker.Output, StringComparison.Ordinal);
                break;
            }

            Assert.InRange(start, 1, MostCrashes);
            await worker.KillAsync();
            await trap.ResetAsync();
        }

        Assert.Equal((0u, 0u), (await pipeline.WaitingAsync(), await pipeline.DeadAsync()));
        await using var context = pipeline.Context();
        var letter = await context.DeadLetters.SingleAsync();
        Assert.Equal(("crash.suspected", "broker"), (letter.Reason, letter.Stage));
        Assert.Equal(poison, letter.Body);
    }

    [Fact]
    public async Task A_worker_that_was_killed_once_makes_nobody_suspicious()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await using (var trap = await PoisonTrap.SetAsync(pipeline))
        {
            await pipeline.PublishAsync(Some.Json(Some.Order(customer: PoisonTrap.Customer)));
            await Backlog.PublishAsync(pipeline, 5000);

            // Of two lanes that end together the broker may hand one's messages to the other before it hears of its end too, and count twice.
            await using var victim = WorkerProcess.Run(pipeline, "Intake:Lanes=1");
            Assert.True(await trap.IsSprungAsync());
            await victim.KillAsync();
            await trap.ResetAsync();
        }

        await using var heir = WorkerProcess.Run(pipeline);
        await Eventually.EqualAsync(5001L, "orders", () => pipeline.CountAsync("orders"));
        await Eventually.EqualAsync(0u, "messages waiting", pipeline.WaitingAsync);
        Assert.Equal(0u, await pipeline.DeadAsync());
        Assert.Equal(0, (await heir.StatusAsync()).GetProperty("fromDeadQueue").GetInt64());
    }
}
