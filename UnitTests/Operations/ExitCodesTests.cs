using Microsoft.Extensions.Options;
using UnitTests.Support;
using Worker.Intake;
using Worker.Operations;

namespace UnitTests.Operations;

/// <summary>What the process says on stderr and with its exit code.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class ExitCodesTests
{
    [Theory]
    [InlineData(ExitCodes.Done)]
    [InlineData(ExitCodes.Unavailable)]
    public async Task A_command_that_ends_says_itself_how(int exitCode) =>
        Assert.Equal((exitCode, ""), await GuardAsync(() => Task.FromResult(exitCode)));

    [Fact]
    public async Task Unusable_settings_are_listed_one_a_line() => Assert.Equal(
        (78, "The settings are not usable:\n  - one\n  - two\n  - three\n"),
        await GuardAsync(() => throw new AggregateException(
            new OptionsValidationException("a", typeof(object), ["one", "two"]), new OptionsValidationException("b", typeof(object), ["three"]))));

    [Fact]
    public async Task Unusable_settings_of_one_kind_are_listed_too() => Assert.Equal(
        (78, "The settings are not usable:\n  - one\n"),
        await GuardAsync(() => throw new OptionsValidationException("a", typeof(object), ["one"])));

    [Fact]
    public async Task A_text_where_a_number_belongs_is_an_unusable_setting_that_is_named()
    {
        var (exitCode, said) = await GuardAsync(() =>
        {
            Settings.ErrorsOf("Intake:Lanes=many");
            return Task.FromResult(0);
        });

        Assert.Equal(78, exitCode);
        Assert.Contains("Intake:Lanes", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_other_failure_is_told_in_one_line() => Assert.Equal(
        (1, "worker: the disk is full\n"),
        await GuardAsync(() => throw new IOException("the disk is full")));

    [Fact]
    public async Task A_failure_of_many_that_are_no_settings_is_a_failure() =>
        Assert.Equal(1, (await GuardAsync(() => throw new AggregateException(new IOException("a"), new IOException("b")))).ExitCode);

    [Fact]
    public async Task A_stop_in_the_middle_is_a_failure_without_words() =>
        Assert.Equal((1, ""), await GuardAsync(() => throw new OperationCanceledException()));

    [Fact]
    public async Task A_worker_that_is_told_to_stop_before_it_is_up_has_not_failed()
    {
        await using var app = WorkerHost.Create(
            ["Urls=http://127.0.0.1:0", "ConnectionStrings:RabbitMq=amqp://127.0.0.1:1/", "ConnectionStrings:Orders=Host=127.0.0.1;Port=1;Username=orders"],
            new IntakeSwitches(false));
        app.Lifetime.StopApplication();

        Assert.Equal(ExitCodes.Done, await RunCommand.RunAsync(app));
    }

    [Fact]
    public async Task The_host_tells_everything_that_is_wrong_with_the_settings_at_once()
    {
        var (exitCode, said) = await GuardAsync(async () =>
        {
            await using var app = WorkerHost.Create(
                ["ConnectionStrings:RabbitMq=", "ConnectionStrings:Orders=", "Intake:Lanes=0", "Intake:ShutdownSeconds=0"], new IntakeSwitches(false));
            return ExitCodes.Done;
        });

        Assert.Equal(78, exitCode);
        Assert.All(
            ["ConnectionStrings:RabbitMq is", "ConnectionStrings:Orders is", "Intake:Lanes is 0", "Intake:ShutdownSeconds is 0"],
            error => Assert.Contains($"  - {error}", said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_collector_that_is_no_address_is_an_unusable_setting()
    {
        var (exitCode, said) = await GuardAsync(async () =>
        {
            await using var app = WorkerHost.Create(["OTEL_EXPORTER_OTLP_ENDPOINT=collector"], new IntakeSwitches(false), withTelemetry: true);
            return ExitCodes.Done;
        });

        Assert.Equal(78, exitCode);
        Assert.Contains("  - OTEL_EXPORTER_OTLP_ENDPOINT is 'collector'", said, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Said)> GuardAsync(Func<Task<int>> command)
    {
        var before = Console.Error;
        using var said = new StringWriter { NewLine = "\n" };
        Console.SetError(said);
        try
        {
            return (await ExitCodes.GuardAsync(command), said.ToString());
        }
        finally
        {
            Console.SetError(before);
        }
    }
}
