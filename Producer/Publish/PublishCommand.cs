using System.CommandLine;
using Contracts;
using Producer.Bulk;
using Producer.CommandLine;
using Producer.Reporting;

namespace Producer.Publish;

/// <summary><c>publish FILE</c>: orders from a file, one JSON object a line.</summary>
internal static class PublishCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Orders as NDJSON: one JSON object a line, UTF-8. - is stdin" };
        var rejects = new Option<string?>("--rejects")
        {
            Description = "Write refused and unconfirmed lines to this file, to be corrected and published again, "
                + "and their reasons to FILE.reasons",
            HelpName = "FILE",
        };
        var strict = new Option<bool>("--strict") { Description = "Stop at the first refused line" };
        var asItIs = new Option<bool>("--unchecked")
        {
            Description = "Send every line as it is, to try a consumer with it; "
                + $"only lines over {OrderRules.MaxBodyBytes} bytes are refused",
        };
        var bulk = new BulkOptions();
        var command = new Command("publish", "Publish the orders of a file. Lines that break a rule are reported and not sent.")
        {
            file, rejects, strict, asItIs,
        };
        bulk.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(
            parsed.GetRequiredValue(file),
            parsed.GetValue(rejects),
            new PublishRules(parsed.GetValue(strict), parsed.GetValue(asItIs)),
            bulk.Read(parsed),
            stop));
        return command;
    }

    private static async Task<int> RunAsync(string file, string? rejects, PublishRules rules, BulkSettings settings, CancellationToken stop)
    {
        var reporter = Reporter.ForConsole();
        if (rejects is not null && WouldOverwrite(file, rejects))
        {
            reporter.Line("--rejects would overwrite the file that is to be read");
            return ExitCodes.Usage;
        }

        try
        {
            await using var input = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
            using var rejectsFile = rejects is null ? null : new RejectsFile(rejects);
            var source = new PublishSource(new NdjsonReader(input, OrderRules.MaxBodyBytes), rules, rejectsFile, reporter);
            return await new BulkRun(settings, source, reporter).RunAsync(stop);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            reporter.Line(exception.Message);
            return ExitCodes.File;
        }
    }

    private static bool WouldOverwrite(string file, string rejects) =>
        Path.GetFullPath(file) is var input
        && (input == Path.GetFullPath(rejects) || input == Path.GetFullPath(rejects + RejectsFile.ReasonsSuffix));
}
