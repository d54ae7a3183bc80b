using System.Text;
using DevServers;
using IntegrationTests.Stack;
using Microsoft.EntityFrameworkCore;

namespace IntegrationTests;

public sealed class When_a_file_is_published
{
    [Fact]
    public async Task With_oddities_the_good_lines_are_stored_and_the_others_reported_with_line_and_reason()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        using var folder = new TemporaryFolder();
        var (first, second, third) = (Some.Order(), Some.Order(customer: "Zoë 😀"), Some.Order());
        await using (var file = File.Create(folder.File("orders.ndjson")))
        {
            file.Write([0xEF, 0xBB, 0xBF]);
            file.Write(Some.Json(first));
            file.Write("\r\n\r\n   \n"u8);
            file.Write(Some.Json(second));
            file.Write("\n{\"orderId\":\n"u8);
            file.Write(Some.Json(Some.Order() with { Total = 1m }));
            file.Write("\n"u8);
            file.Write(Encoding.UTF8.GetBytes(new string('x', 3 * 1024 * 1024)));
            file.Write("\n"u8);
            file.Write(Some.Json(third));
        }

        var published = await ProducerProcess.RunAsync(
            pipeline, "publish", folder.File("orders.ndjson"), "--rejects", folder.File("rejects.ndjson"), "--json");

        Assert.Equal(3, published.ExitCode);
        Assert.Equal((6, 3, 3, 0), (published.Count("read"), published.Count("confirmed"), published.Count("refused"), published.Count("unconfirmed")));
        Assert.Contains("line 5: decode.malformed_json", published.Errors);
        Assert.Contains("line 6: rule.total_mismatch: total is 1, but the lines add up to 5.00", published.Errors);
        Assert.Contains("line 7: decode.body_too_large", published.Errors);
        Assert.Contains("{\"orderId\":", await File.ReadAllTextAsync(folder.File("rejects.ndjson")));

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await Eventually.EqualAsync(3L, "orders", () => pipeline.CountAsync("orders"));
        await using var context = pipeline.Context();
        Assert.Equal(
            new[] { first, second, third }.Select(order => (order.OrderId, order.CustomerId)).ToHashSet(),
            (await context.Orders.ToListAsync()).Select(row => (row.OrderId, row.CustomerId)).ToHashSet());
    }

    [Fact]
    public async Task Strictly_it_stops_at_the_first_line_that_is_refused()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        var published = await ProducerProcess.RunWithInputAsync(
            pipeline, $"{Encoding.UTF8.GetString(Some.Body())}\nno order\n{Encoding.UTF8.GetString(Some.Body())}\n", "publish", "-", "--strict", "--json");

        Assert.Equal(65, published.ExitCode);
        Assert.Equal((2, 1, 1), (published.Count("read"), published.Count("confirmed"), published.Count("refused")));
        Assert.Equal(1u, await pipeline.WaitingAsync());
    }

    [Fact]
    public async Task Unchecked_every_line_is_sent_and_the_worker_refuses_what_is_unfit()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        var published = await ProducerProcess.RunWithInputAsync(
            pipeline, $"no order\n{Encoding.UTF8.GetString(Some.Body())}\nno order\n", "publish", "-", "--unchecked", "--json");

        Assert.Equal(0, published.ExitCode);
        Assert.Equal(3, published.Count("confirmed"));
        await Eventually.EqualAsync(1L, "orders", () => pipeline.CountAsync("orders"));
        await Eventually.EqualAsync(2L, "dead letters", () => pipeline.CountAsync("dead_letters where reason = 'decode.malformed_json'"));
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("publish-one")]
    public async Task In_an_envelope_or_through_MassTransit_the_order_is_stored_like_a_plain_one(string command)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        var order = Some.Order(customer: "Zoë \"Z\" 😀", unitPrice: 0.1234m) with { Total = 0.25m };
        await pipeline.PublishAsync(Some.Json(order));
        await Eventually.EqualAsync(1L, "orders", () => pipeline.CountAsync("orders"));

        string[] arguments = command == "publish" ? ["publish", "-", "--envelope"] : ["publish-one", "-"];
        var published = await ProducerProcess.RunWithInputAsync(pipeline, Encoding.UTF8.GetString(Some.Json(order)), arguments);

        Assert.True(published.ExitCode == 0, published.Errors);
        await Eventually.EqualAsync(1L, "duplicates", async () => (await worker.StatusAsync()).GetProperty("duplicates").GetInt64());
        Assert.Equal(0, await pipeline.CountAsync("dead_letters"));
    }

    [Fact]
    public async Task A_broker_that_is_killed_meanwhile_costs_no_order()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await pipeline.DeclareAsync();
        await QuorumQueue.OnDiskAsync(pipeline.Servers, pipeline.Names.Queue);
        var publishing = ProducerProcess.RunAsync(pipeline, "generate", "--count", "60000", "--rate", "10000", "--seed", "7", "--json");
        await Eventually.TrueAsync("the producer is under way", async () =>
        {
            var waiting = await pipeline.WaitingAsync();
            return (waiting > 2000, $"{waiting} waiting");
        });
        await pipeline.Servers.Rabbit.KillAsync();
        await pipeline.Servers.Rabbit.StartAgainAsync();

        var published = await publishing;
        Assert.True(published.ExitCode == 0, published.Errors);
        Assert.Equal((60_000, 60_000, 0), (published.Count("published"), published.Count("confirmed"), published.Count("unconfirmed")));

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await Eventually.EqualAsync(60_000L, "orders", () => pipeline.CountAsync("orders"));
        Assert.Equal(0, await pipeline.CountAsync("dead_letters"));
    }
}
