using System.Text.RegularExpressions;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed partial class When_systemd_runs_the_worker
{
    private const int Orders = 5_000;
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task It_hears_that_the_worker_is_up_what_it_does_that_it_is_alive_and_that_it_stops()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, Orders);
        using var manager = new ServiceManager();
        await using var worker = WorkerProcess.RunWith(manager.Environment(Watchdog), pipeline.Settings());

        await Drain.IsCompleteAsync(pipeline, Orders);
        await manager.HearsAsync("a rate", message => Stored().IsMatch(message));
        await manager.HearsAsync("that it is alive", message => message.StartsWith("WATCHDOG=1\n"), times: 2);
        worker.Terminate();
        Assert.Equal(0, await worker.ExitAsync());
        await manager.HearsAsync("that it stops", message => message.StartsWith("STOPPING=1\n"));

        var messages = manager.Messages;
        Assert.StartsWith("READY=1\n", messages[0]);
        Assert.All(messages, message => Assert.Matches(Status(), message));
        Assert.Single(messages, message => message.StartsWith("READY=1\n"));
        Assert.Single(messages, message => message.StartsWith("STOPPING=1\n"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_that_reaches_neither_broker_nor_database_is_up_and_alive_all_the_same_and_says_why_it_does_nothing(bool isAbstract)
    {
        using var manager = new ServiceManager(isAbstract);
        await using var worker = WorkerProcess.RunWith(
            manager.Environment(Watchdog),
            "ConnectionStrings:RabbitMq=amqp://127.0.0.1:1/", "ConnectionStrings:Orders=Host=127.0.0.1;Port=1;Username=orders");

        await manager.HearsAsync("that it is up", message => message.StartsWith("READY=1\n"));
        await manager.HearsAsync("that it is alive", message => IdleWithReason().IsMatch(message), times: 3);
    }

    [GeneratedRegex("STATUS=[a-z]+, [0-9]+ orders/s, [0-9]+ in flight, breaker [a-z]+(; .*)?\\z")]
    private static partial Regex Status();

    [GeneratedRegex("^WATCHDOG=1\nSTATUS=starting, .*; the schema cannot be read: ")]
    private static partial Regex IdleWithReason();

    [GeneratedRegex("STATUS=consuming, [1-9][0-9]* orders/s")]
    private static partial Regex Stored();
}
