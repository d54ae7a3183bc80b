using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_orders_are_generated
{
    [Theory]
    [InlineData("plain")]
    [InlineData("envelope")]
    public async Task With_duplicates_and_bad_ones_the_books_balance(string encoding)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        string[] arguments = ["generate", "--count", "20000", "--seed", "42", "--duplicates", "2%", "--bad", "1%", "--json"];
        var published = await ProducerProcess.RunAsync(pipeline, encoding == "plain" ? arguments : [.. arguments, "--envelope"]);

        Assert.True(published.ExitCode == 0, published.Errors);
        Assert.Equal(20_000, published.Count("confirmed"));
        var (duplicates, bad) = (published.Count("duplicates"), published.Count("bad"));
        Assert.InRange(duplicates, 300, 500);
        Assert.InRange(bad, 150, 250);

        await Eventually.EqualAsync(20_000 - duplicates - bad, "orders", () => pipeline.CountAsync("orders"));
        await Eventually.EqualAsync(bad, "dead letters", () => pipeline.CountAsync("dead_letters"));
        await Eventually.EqualAsync(duplicates, "duplicates", async () => (await worker.StatusAsync()).GetProperty("duplicates").GetInt64());
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_orders()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        string[] arguments = ["generate", "--count", "500", "--seed", "3", "--output", "-"];
        var once = await ProducerProcess.RunAsync(pipeline, arguments);
        var again = await ProducerProcess.RunAsync(pipeline, arguments);
        var other = await ProducerProcess.RunAsync(pipeline, "generate", "--count", "500", "--seed", "4", "--output", "-");

        Assert.Equal(500, once.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(once.Output, again.Output);
        Assert.NotEqual(once.Output, other.Output);
    }
}
