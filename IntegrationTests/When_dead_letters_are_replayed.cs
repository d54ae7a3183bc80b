using Infrastructure.Postgres;
using Infrastructure.RabbitMq;
using IntegrationTests.Stack;
using Microsoft.EntityFrameworkCore;

namespace IntegrationTests;

public sealed class When_dead_letters_are_replayed
{
    private const int Orders = 300;
    private const string Refuse = "alter table orders add constraint nobody check (customer_id is null)";
    private const string Mend = "alter table orders drop constraint nobody";

    [Fact]
    public async Task Once_the_cause_is_mended_every_order_is_stored_and_a_second_time_changes_nothing()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.ExecuteAsync(Refuse);
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        var envelopes = await ProducerProcess.RunAsync(pipeline, "generate", "--count", $"{Orders}", "--envelope", "--json");
        Assert.True(envelopes.ExitCode == 0, envelopes.Errors);
        await pipeline.PublishAsync(Some.Bodies(Orders));
        await Eventually.EqualAsync(2L * Orders, "dead letters", () => pipeline.CountAsync("dead_letters"));
        Assert.Contains($"{2 * Orders}  store.23514", await ReplayAsync(pipeline, 0, "--all", "--dry-run"));
        Assert.Equal(0, await pipeline.CountAsync("orders"));

        await pipeline.ExecuteAsync(Mend);
        Assert.Contains($"{2 * Orders} of {2 * Orders} letters are back", await ReplayAsync(pipeline, 0, "--reason", "store.*"));
        await Eventually.EqualAsync(2L * Orders, "orders", () => pipeline.CountAsync("orders"));
        await Reconcile.SaysAsync(pipeline, expected: 0, "yes", "--confirmed", $"{2 * Orders}");

        Assert.Contains("0 of 0 letters are back", await ReplayAsync(pipeline, 0, "--reason", "store.*"));
        Assert.Contains($"{2 * Orders} of {2 * Orders} letters are back", await ReplayAsync(pipeline, 0, "--reason", "store.23514", "--again"));
        await Eventually.EqualAsync(2L * Orders, "duplicates", async () => (await worker.StatusAsync()).GetProperty("duplicates").GetInt64());
        Assert.Equal((2L * Orders, 2L * Orders), (await pipeline.CountAsync("orders"), await pipeline.CountAsync("dead_letters")));
        Assert.Equal(2L * Orders, await pipeline.CountAsync("dead_letters where replay_count = 2 and replayed_at > first_seen"));
    }

    [Fact]
    public async Task What_fails_again_is_one_new_letter_that_names_the_old_one_however_often_it_is_sent()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await pipeline.PublishAsync("no order"u8.ToArray());
        await pipeline.PublishAsync("no order either"u8.ToArray(), properties => properties.MessageId = "m-1");
        await Eventually.EqualAsync(2L, "dead letters", () => pipeline.CountAsync("dead_letters"));

        await ReplayAsync(pipeline, 0, "--reason", "decode.malformed_json");
        await Eventually.EqualAsync(4L, "dead letters", () => pipeline.CountAsync("dead_letters"));

        // As after a crash between the broker's confirm and the note of it.
        await pipeline.ExecuteAsync("update dead_letters set replayed_at = null, replay_count = 0 where replayed_at is not null");
        var letters = await LettersAsync(pipeline);
        var first = letters.Where(letter => !letter.Headers.Contains(MessageHeaders.ReplayOf)).ToList();
        await ReplayAsync(pipeline, 0, [.. first.SelectMany(letter => new[] { "--id", $"{letter.Id}" })]);
        await Eventually.EqualAsync(0u, "messages waiting", pipeline.WaitingAsync);
        await Eventually.EqualAsync(6L, "received", async () => (await worker.StatusAsync()).GetProperty("received").GetInt64());

        letters = await LettersAsync(pipeline);
        Assert.Equal(4, letters.Count);
        Assert.All(first, old =>
        {
            var again = letters.Single(letter => letter.Headers.Contains($"\"{old.Id}/1\""));
            Assert.Equal(old.Body, again.Body);
            Assert.Equal((old.MessageId, old.Reason), (again.MessageId, again.Reason));
        });
    }

    [Fact]
    public async Task A_broker_that_takes_no_more_ends_it_with_a_reason_and_the_same_command_goes_on()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.ExecuteAsync(Refuse);
        await using (await WorkerUnderTest.StartReadyAsync(pipeline))
        {
            await pipeline.PublishAsync(Some.Bodies(Orders));
            await Eventually.EqualAsync((long)Orders, "dead letters", () => pipeline.CountAsync("dead_letters"));
        }

        await pipeline.ExecuteAsync(Mend);
        await pipeline.LimitQueueAsync(50);
        Assert.Contains("the queue is full or not available", await ReplayAsync(pipeline, 1, "--all"));
        var marked = await pipeline.CountAsync("dead_letters where replayed_at is not null");
        Assert.InRange(marked, 1, Orders - 1);

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await Eventually.EqualAsync(0u, "messages waiting", pipeline.WaitingAsync);
        await pipeline.LimitQueueAsync(1_000_000);
        Assert.Contains($"{Orders - marked} of {Orders - marked} letters are back", await ReplayAsync(pipeline, 0, "--all"));
        await Eventually.EqualAsync((long)Orders, "orders", () => pipeline.CountAsync("orders"));
    }

    [Theory]
    [InlineData("says which letters are meant")]
    [InlineData("says which letters are meant", "--all", "--reason", "store.*")]
    [InlineData("--most is 0", "--all", "--most", "0")]
    public async Task It_must_be_said_which(string said, params string[] arguments)
    {
        await using var pipeline = await Pipeline.CreateAsync(withSchema: false);

        Assert.Contains(said, await ReplayAsync(pipeline, 64, arguments));
    }

    private static async Task<List<DeadLetterRow>> LettersAsync(Pipeline pipeline)
    {
        await using var context = pipeline.Context();
        return await context.DeadLetters.ToListAsync();
    }

    private static async Task<string> ReplayAsync(Pipeline pipeline, int expected, params string[] arguments)
    {
        await using var replay = WorkerProcess.Start(["replay", .. arguments, .. pipeline.Settings()]);
        var code = await replay.ExitAsync();
        Assert.True(code == expected, $"exit code {code}; {replay.Output}");
        return replay.Output;
    }
}
