using System.Text.Json;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_doctor_is_asked
{
    [Fact]
    public async Task Servers_that_are_fit_have_no_line_that_fails()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();

        var (exitCode, grades, output) = await AskAsync(pipeline.Settings([]));

        Assert.True(exitCode == 0, output);
        Assert.Equal("ok", grades["broker alarms"]);
        Assert.Equal("ok", grades["broker topology"]);
        Assert.Equal("ok", grades["broker right to consume"]);
        Assert.Equal("ok", grades["broker connections"]);
        Assert.Equal("ok", grades["database schema"]);
        Assert.Equal("ok", grades["database grants"]);
        Assert.Equal("ok", grades["clock"]);
        Assert.DoesNotContain("fail", grades.Values);
    }

    [Fact]
    public async Task It_takes_no_message_and_declares_nothing()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        var (_, before, output) = await AskAsync(pipeline.Settings([]));

        Assert.True(before["broker topology"] == "warn", output);

        await pipeline.DeclareAsync();
        await Backlog.PublishAsync(pipeline, 10);
        var (_, after, _) = await AskAsync(pipeline.Settings([]));
        Assert.Equal("warn", after["broker queue"]);
        Assert.Equal("ok", after["broker right to consume"]);
        var first = await (await pipeline.ChannelAsync()).BasicGetAsync(pipeline.Names.Queue, autoAck: false);
        Assert.False(first!.Redelivered);
        await (await pipeline.ChannelAsync()).BasicNackAsync(first.DeliveryTag, multiple: false, requeue: true);

        await using var worker = await WorkerUnderTest.StartAsync(pipeline);
        await Eventually.TrueAsync("all are stored", async () => (await pipeline.CountAsync("orders") == 10, "not yet"));
        Assert.Equal(0, (await worker.StatusAsync()).GetProperty("duplicates").GetInt64());
    }

    [Theory]
    [InlineData("revoke insert on dead_letters from {0}", "missing: insert on dead_letters")]
    [InlineData("revoke insert on orders from {0}; grant insert (order_id, customer_id, placed_at, currency, total, lines) on orders to {0}", "missing: insert on orders (content_hash)")]
    public async Task A_login_without_its_grants_is_told_which_are_missing(string revoke, string told)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await using var role = await DatabaseRole.CreateAsync(pipeline);
        await pipeline.ExecuteAsync(string.Format(null, revoke, role.Name));

        var (exitCode, grades, output) = await AskAsync([.. pipeline.Settings([]), role.Setting]);

        Assert.Equal(1, exitCode);
        Assert.Equal("fail", grades["database grants"]);
        Assert.Contains(told, output);
    }

    [Fact]
    public async Task Servers_that_are_not_there_are_a_line_each()
    {
        var (exitCode, grades, _) = await AskAsync(
            ["ConnectionStrings:RabbitMq=amqp://guest:guest@127.0.0.1:1/", "ConnectionStrings:Orders=Host=127.0.0.1;Port=1;Username=a;Password=b;Database=c"]);

        Assert.Equal(1, exitCode);
        Assert.Equal(("fail", "fail"), (grades["broker"], grades["database"]));
    }

    [Fact]
    public async Task The_settings_are_shown_without_passwords_and_with_who_set_them()
    {
        await using var worker = WorkerProcess.Start(
            "config", "show", "ConnectionStrings:RabbitMq=amqp://orders:geheim@broker/", "ConnectionStrings:Orders=Host=db;Username=orders;Password=geheim", "Intake:Lanes=3");

        Assert.Equal(0, await worker.ExitAsync());
        Assert.DoesNotContain("geheim", worker.Output);
        Assert.Matches(@"Intake:Lanes +3 +command line", worker.Output);
        Assert.Matches(@"Intake:MaxBatch +1000 +appsettings\.json", worker.Output);
        Assert.Matches(@"Intake:HoldSeconds +300 +default", worker.Output);
    }

    private static async Task<(int ExitCode, IReadOnlyDictionary<string, string> Grades, string Output)> AskAsync(IEnumerable<string> settings)
    {
        await using var worker = WorkerProcess.Start(["doctor", "--json", .. settings]);
        var exitCode = await worker.ExitAsync();
        var lines = JsonSerializer.Deserialize<JsonElement[]>(worker.Output)!;
        return (exitCode, lines.ToDictionary(line => line.GetProperty("subject").GetString()!, line => line.GetProperty("grade").GetString()!), worker.Output);
    }
}
