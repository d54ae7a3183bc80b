using System.CommandLine;
using Worker.Operations;

namespace UnitTests.Operations;

public sealed class WorkerCommandsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("run", "run")]
    [InlineData("run --migrate", "run")]
    [InlineData("migrate", "migrate")]
    [InlineData("healthcheck", "healthcheck")]
    [InlineData("healthcheck --url http://localhost:1/health/live", "healthcheck")]
    [InlineData("Intake:Lanes=4", "")]
    [InlineData("run Intake:Lanes=4 Intake:MaxBatch=100", "run")]
    [InlineData("run --migrate Intake:Lanes=4", "run")]
    [InlineData("run Intake:Lanes=4 --migrate", "run")]
    [InlineData("migrate ConnectionStrings:Orders=Host=localhost;Username=a", "migrate")]
    public void Commands_and_settings_are_understood(string line, string command)
    {
        var parsed = Parse(line);

        Assert.Empty(parsed.Errors);
        Assert.Equal(command.Length == 0 ? WorkerCommands.Create().Name : command, parsed.CommandResult.Command.Name);
        Assert.Equal(line.Split(' ').Where(word => word.Contains('=', StringComparison.Ordinal)), parsed.GetValue<string[]>("settings"));
    }

    [Theory]
    [InlineData("start", "'start' is neither a command nor a setting; a setting has the form Section:Key=value.")]
    [InlineData("run migrate", "'migrate' is neither a command nor a setting; a setting has the form Section:Key=value.")]
    [InlineData("run Intake:Lanes 4", "'Intake:Lanes' is neither a command nor a setting; a setting has the form Section:Key=value.")]
    [InlineData("migrate now", "'now' is neither a command nor a setting; a setting has the form Section:Key=value.")]
    [InlineData("healthcheck ready", "'ready' is neither a command nor a setting; a setting has the form Section:Key=value.")]
    public void A_word_that_is_neither_is_an_error_that_names_it(string line, string error) =>
        Assert.Contains(error, Parse(line).Errors.Select(each => each.Message));

    [Theory]
    [InlineData("--lanes 4")]
    [InlineData("run --verbose")]
    [InlineData("--migrate")]
    [InlineData("migrate --migrate")]
    [InlineData("healthcheck --url")]
    public void An_option_that_there_is_not_is_an_error(string line) => Assert.NotEmpty(Parse(line).Errors);

    [Fact]
    public void Every_unknown_word_is_named() => Assert.Equal(2, Parse("run one two").Errors.Count);

    [Fact]
    public void Migrating_first_is_off_unless_asked_for()
    {
        Assert.False(Parse("run").GetValue<bool>("--migrate"));
        Assert.True(Parse("run --migrate").GetValue<bool>("--migrate"));
    }

    private static ParseResult Parse(string line) => WorkerCommands.Create().Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
