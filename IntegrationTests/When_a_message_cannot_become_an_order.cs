using System.Text.Json;
using IntegrationTests.Stack;
using Microsoft.EntityFrameworkCore;

namespace IntegrationTests;

public sealed class When_a_message_cannot_become_an_order
{
    [Fact]
    public async Task Each_malformed_body_is_a_dead_letter_with_its_reason_and_the_good_ones_between_are_stored()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        foreach (var malformed in MalformedBodies.All)
        {
            await pipeline.PublishAsync(malformed.Body, properties =>
            {
                properties.ContentType = malformed.ContentType;
                properties.ContentEncoding = malformed.ContentEncoding;
                properties.MessageId = malformed.Name;
            });
            await pipeline.PublishAsync(Some.Body());
        }

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await Eventually.EqualAsync(MalformedBodies.All.Count, "dead letters", async () => (int)await pipeline.CountAsync("dead_letters"));
        await Eventually.EqualAsync(MalformedBodies.All.Count, "orders", async () => (int)await pipeline.CountAsync("orders"));

        await using var context = pipeline.Context();
        var letters = await context.DeadLetters.ToDictionaryAsync(letter => letter.MessageId!);
        var reasons = MalformedBodies.All.Select(malformed => (malformed.Name, letters[malformed.Name].Reason));
        Assert.Equal(MalformedBodies.All.Select(malformed => (malformed.Name, malformed.Reason)), reasons);
        Assert.All(MalformedBodies.All, malformed => Assert.Equal(malformed.Body, letters[malformed.Name].Body));
    }

    [Fact]
    public async Task A_dead_letter_keeps_headers_detail_and_the_order_id_that_could_be_read()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        var order = Some.Order() with { Total = 17m };
        await pipeline.PublishAsync(Some.Json(order), properties =>
        {
            properties.MessageId = "m-1";
            properties.Headers = new Dictionary<string, object?> { ["tenant"] = "acme\0", ["attempt"] = 3 };
        });

        await Eventually.EqualAsync(1L, "dead letters", () => pipeline.CountAsync("dead_letters"));
        await using var context = pipeline.Context();
        var letter = await context.DeadLetters.SingleAsync();
        Assert.Equal("rule.total_mismatch", letter.Reason);
        Assert.Equal("total is 17.00, but the lines add up to 5.00", letter.Detail);
        Assert.Equal(order.OrderId, letter.OrderId);
        Assert.Equal("decode", letter.Stage);
        Assert.Equal(pipeline.Names.Exchange, letter.Exchange);
        var headers = JsonDocument.Parse(letter.Headers).RootElement.GetProperty("headers");
        Assert.Equal("acme\uFFFD", headers.GetProperty("tenant").GetString());
        Assert.Equal(3, headers.GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task Equal_bodies_without_a_message_id_are_two_dead_letters_and_with_one_they_are_the_same()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await pipeline.PublishAsync("x"u8.ToArray());
        await pipeline.PublishAsync("x"u8.ToArray());
        await pipeline.PublishAsync("y"u8.ToArray(), properties => properties.MessageId = "m-1");
        await pipeline.PublishAsync("y"u8.ToArray(), properties => properties.MessageId = "m-1");
        await pipeline.PublishAsync(Some.Body());

        await Eventually.EqualAsync((5L, 0L), "received and in flight", async () =>
        {
            var status = await worker.StatusAsync();
            return (status.GetProperty("received").GetInt64(), status.GetProperty("inFlight").GetInt64());
        });
        Assert.Equal(1, await pipeline.CountAsync("orders"));
        Assert.Equal(2, await pipeline.CountAsync("dead_letters where message_id is null"));
        Assert.Equal(1, await pipeline.CountAsync("dead_letters where message_id = 'm-1'"));
    }
}
