using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Benchmarks.Results;
using DevServers;
using Producer.CommandLine;

namespace Benchmarks;

/// <summary>The command line of `./run bench`.</summary>
internal static class BenchCommand
{
    private const int Failed = 1;

    // The order in which contestants come is of no interest until somebody wants the same again.
    private const int DefaultSeed = 20_261_121;

    // Servers and contestants are stopped in order after Ctrl-C.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);

    private static readonly Option<int> Rounds = new Option<int>("--rounds")
    {
        Description = $"How often everything is measured [default: {BenchOptions.DefaultRounds}, with --quick {BenchOptions.QuickRounds}]",
        HelpName = "N",
        Recursive = true,
    }.Within(1, 1_000);

    private static readonly Option<int> Orders = new Option<int>("--orders")
    {
        Description = $"Orders of a drain [default: {BenchOptions.DefaultOrders}, with --quick {BenchOptions.QuickOrders}]",
        HelpName = "N",
        Recursive = true,
    }.Within(10_000, 100_000_000);

    private static readonly Option<int[]> Rates = new("--rates")
    {
        Description = "Orders a second of what is published at a fixed pace [default: what the measure thinks fit]",
        HelpName = "N ...",
        AllowMultipleArgumentsPerToken = true,
        Recursive = true,
    };

    private static readonly Option<Regex?> Only = new("--only")
    {
        Description = "A part of what is measured, such as Workers or duplicates; files under .local/performance",
        HelpName = "REGEX",
        CustomParser = ReadPattern,
        Recursive = true,
    };

    private static readonly Option<bool> Quick = new("--quick")
    {
        Description = "A look instead of a result: fewer orders and rounds, files under .local/performance",
        Recursive = true,
    };

    private static readonly Option<bool> CheckBars = new("--check")
    {
        Description = "Hold the figures against the bars; exit code 1 when one is missed. Alone: those of the result files",
        Recursive = true,
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "What the order of the contestants follows from",
        HelpName = "S",
        DefaultValueFactory = _ => DefaultSeed,
        Recursive = true,
    };

    private static readonly Option<string?> Output = new("--output")
    {
        Description = "Folder of the result files [default: docs/performance]",
        HelpName = "FOLDER",
        Recursive = true,
    };

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var parsed = Create().Parse(args);
            if (parsed.Action is ParseErrorAction error)
            {
                // The error is what matters; it would scroll away above a page of help.
                error.ShowHelp = false;
            }

            var exitCode = await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = StopPatience,
            });
            return parsed.Action is ParseErrorAction ? ExitCodes.Usage : exitCode;
        }
        catch (Exception exception) when (exception is BenchException or DevServersException or IOException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return Failed;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
    }

    private static RootCommand Create()
    {
        var root = new RootCommand("Measures the worker on servers of its own, beside what hardware and others allow.")
        {
            Rounds, Orders, Rates, Only, Quick, CheckBars, Seed, Output,
        };
        foreach (var measure in Measures.All)
        {
            root.Add(Subcommand(measure.Name, measure.Description, [measure]));
        }

        root.Add(Subcommand("all", "Everything, one after the other.", Measures.All));
        root.SetAction(async parsed =>
        {
            if (parsed.GetValue(CheckBars))
            {
                return await CheckFilesAsync(OutputOf(parsed));
            }

            await Console.Error.WriteLineAsync("Say what to measure, or --check to hold the last results against the bars; --help lists it all.");
            return ExitCodes.Usage;
        });
        return root;
    }

    private static Command Subcommand(string name, string description, IReadOnlyList<IMeasure> measures)
    {
        var command = new Command(name, description);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = Read(parsed);
            var figures = new List<Figure>();
            foreach (var measure in measures)
            {
                try
                {
                    figures.AddRange(await TakeAsync(measure, options, cancellationToken));
                }
                catch (OperationCanceledException timedOut) when (!cancellationToken.IsCancellationRequested)
                {
                    // A client library's way of saying that a server did not answer in time. Nobody pressed Ctrl-C.
                    throw new BenchException($"{measure.Name}: a server did not answer in time.\n{timedOut}");
                }
            }

            return parsed.GetValue(CheckBars) ? Hold(figures, Bars.All) : 0;
        });
        return command;
    }

    private static BenchOptions Read(ParseResult parsed)
    {
        var quick = parsed.GetValue(Quick);
        return new BenchOptions
        {
            Quick = quick,
            Rounds = Given(parsed, Rounds) ?? (quick ? BenchOptions.QuickRounds : BenchOptions.DefaultRounds),
            Orders = Given(parsed, Orders) ?? (quick ? BenchOptions.QuickOrders : BenchOptions.DefaultOrders),
            Rates = parsed.GetValue(Rates) ?? [],
            Only = parsed.GetValue(Only) ?? new Regex(""),
            Seed = parsed.GetValue(Seed),
            Output = OutputOf(parsed),
            Say = Console.Error.WriteLine,
        };
    }

    private static Regex? ReadPattern(ArgumentResult result)
    {
        try
        {
            return new Regex(result.Tokens[0].Value, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        }
        catch (RegexParseException error)
        {
            result.AddError($"--only: {error.Message}");
            return null;
        }
    }

    private static int? Given(ParseResult parsed, Option<int> option) => parsed.GetResult(option) is null ? null : parsed.GetValue(option);

    // What a look saw must not stand where the results stand.
    private static string OutputOf(ParseResult parsed) => parsed.GetValue(Output) ?? Path.Combine(
        Repository.Root ?? Environment.CurrentDirectory,
        parsed.GetValue(Quick) || parsed.GetValue(Only) is not null ? ".local" : "docs",
        "performance");

    private static async Task<IReadOnlyList<Figure>> TakeAsync(IMeasure measure, BenchOptions options, CancellationToken cancellationToken)
    {
        // Here and not only when it is needed: nobody wants to learn after an hour that it cannot be made.
        Directory.CreateDirectory(options.Output);
        var report = new Report
        {
            Measure = measure.Name,
            Description = measure.Description,
            Date = TimeProvider.System.GetUtcNow(),
            Quick = options.Quick,
            Rounds = options.Rounds,
            Seed = options.Seed,
            Machine = MachineDescription.Read(),
            Findings = await measure.TakeAsync(options, cancellationToken),
        };
        if (report.Findings.Runs.Count == 0)
        {
            options.Say($"Nothing that {measure.Name} measures matches --only '{options.Only}'; no files are written.");
            return [];
        }

        await ResultFiles.WriteAsync(options.Output, report);
        Console.Write(MarkdownReport.Write(report));
        options.Say($"The files {measure.Name}.md, .json and .svg are in {options.Output}.");
        return report.Findings.Figures;
    }

    private static async Task<int> CheckFilesAsync(string folder)
    {
        var figures = new List<Figure>();
        foreach (var measure in Bars.All.Select(bar => bar.Measure).Distinct())
        {
            figures.AddRange(await ResultFiles.ReadFiguresAsync(folder, measure));
        }

        return Hold(figures, Bars.All);
    }

    private static int Hold(IReadOnlyList<Figure> figures, IEnumerable<Bar> bars)
    {
        var verdicts = Check.Hold(figures, bars);
        Console.Write(Check.Text(verdicts));
        return Check.Passes(verdicts) ? 0 : Failed;
    }
}
