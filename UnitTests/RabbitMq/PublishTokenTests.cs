using DevServers;

namespace UnitTests.RabbitMq;

/// <summary>
/// A publish that is cancelled half-way can ruin its channel for every one after it. So no call in the sources may hand over a token that can be
/// cancelled; the analyzer that wants tokens passed on would have it otherwise.
/// </summary>
public sealed class PublishTokenTests
{
    private const string NoToken = "CancellationToken.None";

    private static readonly string[] Projects = ["Infrastructure", "Producer", "Worker", "Benchmarks", "Chaos", "DevServers"];
    private static readonly string[] Calls = [".BasicPublishAsync(", "bus.Publish("];

    [Fact]
    public void No_publish_is_given_a_token_that_can_be_cancelled()
    {
        Assert.NotNull(Repository.Root);
        var publishes = Projects
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Repository.Root, project), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => LastArguments(File.ReadAllText(file)).Select(argument => (File: Path.GetFileName(file), argument)))
            .ToList();

        // Those that are known, or the search has found nothing to check.
        Assert.Contains(publishes, publish => publish.File == "PublishSession.cs");
        Assert.Contains(publishes, publish => publish.File == "OrderBus.cs");
        Assert.All(publishes, publish => Assert.Equal((publish.File, NoToken), publish));
    }

    [Theory]
    [InlineData("await channel.BasicPublishAsync(exchange, \"\", true, properties, body, cancellationToken);", "cancellationToken")]
    [InlineData("await channel.BasicPublishAsync(exchange, \"\", true, properties, body);", "body")]
    [InlineData("return bus.Publish(order, context => Prepare(context, a, b), stop).WaitAsync(CancellationToken.None);", "stop")]
    [InlineData("_channel.BasicPublishAsync(\n    To(exchange, key), body, cancellationToken: stopping.Token)", "cancellationToken: stopping.Token")]
    [InlineData("await bus.Publish(order, Prepare, CancellationToken.None)", NoToken)]
    public void The_last_argument_of_a_call_is_found(string source, string argument) => Assert.Equal([argument], LastArguments(source));

    private static IEnumerable<string> LastArguments(string source) =>
        from call in Calls
        from at in Places(source, call)
        select LastArgument(source, at + call.Length);

    private static IEnumerable<int> Places(string source, string call)
    {
        for (var at = source.IndexOf(call, StringComparison.OrdinalIgnoreCase); at >= 0; at = source.IndexOf(call, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            yield return at;
        }
    }

    private static string LastArgument(string source, int start)
    {
        for (int at = start, depth = 0; ; at++)
        {
            switch (source[at])
            {
                case '(' or '[' or '{':
                    depth++;
                    break;
                case ')' when depth == 0:
                    return source[start..at].Trim();
                case ')' or ']' or '}':
                    depth--;
                    break;
                case ',' when depth == 0:
                    start = at + 1;
                    break;
            }
        }
    }
}
