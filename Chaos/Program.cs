using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Benchmarks.Results;
using Chaos;
using DevServers;

const int Bad = 1;
const int Interrupted = 130;

var minutes = new Option<double>("--minutes") { Description = "How long faults are injected.", DefaultValueFactory = _ => 15 };
var seed = new Option<int>("--seed") { Description = "Decides which fault comes when.", DefaultValueFactory = _ => 1 };
var rate = new Option<double?>("--rate") { Description = "Orders a second. Default: 70 % of what the machine turns out to manage." };
var every = new Option<string>("--every") { Description = "Seconds from one fault to the next, least and most.", DefaultValueFactory = _ => "20-40" };
var tls = new Option<bool>("--tls") { Description = "Workers and producers connect to the broker over TLS." };
var output = new Option<string?>("--output") { Description = "Folder of the report. Default: .local/chaos." };
var faults = new Option<string?>("--faults")
{
    Description = "Only faults whose name this regular expression matches, such as 'database|disk', or '^(?!worker (killed|told))' for workers that live long.",
};
faults.Validators.Add(result =>
{
    try
    {
        _ = new Regex(result.GetValueOrDefault<string?>() ?? "");
    }
    catch (ArgumentException unreadable)
    {
        result.AddError($"--faults is no regular expression: {unreadable.Message}");
    }
});
every.Validators.Add(result =>
{
    if (Gaps(result.GetValueOrDefault<string>()) is null)
    {
        result.AddError($"--every is '{result.GetValueOrDefault<string>()}'; two numbers such as 20-40 are wanted, the first above 0 and not above the second.");
    }
});
minutes.Validators.Add(result => RequirePositive(result.GetValueOrDefault<double>(), "--minutes", result.AddError));
rate.Validators.Add(result => RequirePositive(result.GetValueOrDefault<double?>() ?? 1, "--rate", result.AddError));
var command = new RootCommand("Breaks broker, database, network and workers under load, and checks that no order is lost, doubled or put aside without a reason.")
{
    minutes, seed, rate, every, tls, faults, output,
};
command.SetAction((parsed, cancellationToken) =>
{
    var (least, most) = Gaps(parsed.GetValue(every)!)!.Value;
    return RunAsync(
        new ChaosOptions(
            TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            parsed.GetValue(seed),
            parsed.GetValue(rate),
            least,
            most,
            parsed.GetValue(output) ?? Path.Combine(Repository.Root ?? Environment.CurrentDirectory, ".local", "chaos"),
            parsed.GetValue(tls),
            parsed.GetValue(faults)),
        cancellationToken);
});
try
{
    return await command.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(90) });
}
catch (DevServersException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return Bad;
}
catch (OperationCanceledException)
{
    return Interrupted;
}

static async Task<int> RunAsync(ChaosOptions options, CancellationToken cancellationToken)
{
    Say("Starting RabbitMQ, PostgreSQL and the workers.");
    await using var stage = await Stage.SetAsync(options.Tls, Say, cancellationToken);
    stage.KeepLogs = true;
    var result = await new ChaosRun(options, stage, Say).RunAsync(cancellationToken);
    stage.KeepLogs = !result.IsGood;
    var report = ChaosReport.Write(result, MachineDescription.Read());
    Console.WriteLine(FormattableString.Invariant(
        $"{result.Faults.Count} faults, {result.Published} messages: {result.Lost} lost, {result.Doubled} doubled, {result.InnocentsPutAside} put aside without a reason. {report}"));
    if (!result.IsGood)
    {
        Say($"The logs stay in {stage.Folder}.");
    }

    return result.IsGood ? 0 : Bad;
}

static (TimeSpan Least, TimeSpan Most)? Gaps(string? text) =>
    text?.Split('-') is [var low, var high]
    && double.TryParse(low, NumberStyles.Float, CultureInfo.InvariantCulture, out var least)
    && double.TryParse(high, NumberStyles.Float, CultureInfo.InvariantCulture, out var most)
    && least > 0 && least <= most
        ? (TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(most))
        : null;

static void RequirePositive(double value, string name, Action<string> refuse)
{
    if (value <= 0)
    {
        refuse(FormattableString.Invariant($"{name} is {value}; it must be above 0."));
    }
}

static void Say(string line) => Console.Error.WriteLine(line);
