using System.CommandLine;
using System.CommandLine.Invocation;
using System.Diagnostics;
using System.Globalization;
using Simulation.Sabotages;

namespace Simulation;

/// <summary>The command line of `./run simulate`.</summary>
internal static class SimulateCommand
{
    private const int Violated = 1;
    private const int Usage = 64;
    private const int Interrupted = 130;
    private const int DefaultSeeds = 10_000;

    private static readonly Option<int> Seeds = new("--seeds")
    {
        Description = "How many seeds to run",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultSeeds,
    };

    private static readonly Option<int> From = new("--from")
    {
        Description = "The first of them",
        HelpName = "S",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<int?> Seed = new("--seed")
    {
        Description = "This one alone, and its last events",
        HelpName = "S",
    };

    private static readonly Option<int> Events = new("--events")
    {
        Description = "How many of the last events to show",
        HelpName = "N",
        DefaultValueFactory = _ => SimulationRun.DefaultKeptEvents,
    };

    private static readonly Option<Sabotage> With = new("--sabotage")
    {
        Description = "Break a promise on purpose; the simulation has to notice",
        DefaultValueFactory = _ => Sabotage.None,
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Runs the worker's intake on a simulated broker, database and clock, one seed after the other.")
        {
            Seeds, From, Seed, Events, With,
        };
        root.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction error)
        {
            error.ShowHelp = false;
            await parsed.InvokeAsync();
            return Usage;
        }

        return await parsed.InvokeAsync();
    }

    private static int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Seed) is { } seed)
        {
            var result = SimulationRun.Run(seed, parsed.GetValue(With), Math.Max(1, parsed.GetValue(Events)));
            Console.WriteLine(result);
            Console.WriteLine($"{result.Messages} messages, {result.Events} events, {result.Elapsed.TotalSeconds:F1} s, trace {result.TraceHash:x16}");
            return result.Violation is null ? 0 : Violated;
        }

        var watch = Stopwatch.StartNew();
        try
        {
            var sum = SeedRange.Run(parsed.GetValue(From), parsed.GetValue(Seeds), parsed.GetValue(With), cancellationToken);
            foreach (var (what, times) in sum.TimesOf)
            {
                Console.WriteLine($"{times,12:N0}  {string.Format(CultureInfo.InvariantCulture, what, "N", "M")}");
            }

            Console.WriteLine(sum.FirstViolation?.ToString() ?? "all promises kept");
            Console.WriteLine($"{sum.Seeds:N0} seeds, {sum.Messages:N0} messages, {sum.Events:N0} events, {sum.Elapsed.TotalHours:N1} hours in {watch.Elapsed.TotalSeconds:F1} s");
            return sum.FirstViolation is null ? 0 : Violated;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
    }
}
