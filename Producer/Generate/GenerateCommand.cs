using System.CommandLine;
using Producer.Bulk;
using Producer.CommandLine;
using Producer.Reporting;

namespace Producer.Generate;

/// <summary><c>generate</c>: made-up orders, published or written to a file.</summary>
internal static class GenerateCommand
{
    // Doubles in JSON readers hold whole numbers up to here.
    private const long MaxSeed = 1L << 53;

    // With a given seed times are given too. Any date would do; it must never change.
    private static readonly DateTimeOffset FixedStart = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Command Create()
    {
        var count = new Option<long>("--count")
        {
            Description = "How many orders, duplicates and bad ones included",
            HelpName = "N",
            Required = true,
        }.Within(1, long.MaxValue);
        var rate = new Option<double?>("--rate")
        {
            Description = "Orders a second, on a schedule that does not slow down when the broker does [default: as many as go]",
            HelpName = "R",
        };
        rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is not (null or (> 0 and <= 1e9)))
            {
                result.AddError("--rate wants a number of more than 0");
            }
        });
        var seed = new Option<long?>("--seed")
        {
            Description = "The same seed gives the same orders, ids and times included "
                + "[default: a new one, which is reported, with times from now on]",
            HelpName = "S",
        };
        var customers = new Option<int>("--customers")
        {
            Description = "How many customers there are; few of them order most",
            HelpName = "C",
            DefaultValueFactory = _ => GeneratorOptions.DefaultCustomers,
        }.Within(1, 9_999_999);
        var duplicates = Share.Option("--duplicates", "Share that repeats one of the last orders byte for byte, such as 1%");
        var bad = Share.Option("--bad", "Share that is broken, in many ways, such as 0.1%");
        var output = new Option<string?>("--output")
        {
            Description = "Write the orders to this file, one a line, instead of publishing them. - is stdout",
            HelpName = "FILE",
        };
        var bulk = new BulkOptions();
        var command = new Command("generate", "Make up orders and publish them. Few customers and articles make most of them.")
        {
            count, rate, seed, customers, duplicates, bad, output,
        };
        bulk.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            var given = parsed.GetValue(seed);
            var settings = bulk.Read(parsed);
            var options = new GeneratorOptions
            {
                Seed = given ?? Random.Shared.NextInt64(1, MaxSeed),
                Start = given is null ? WholeSeconds(TimeProvider.System.GetUtcNow()) : FixedStart,
                Customers = parsed.GetValue(customers),
                Duplicates = parsed.GetValue(duplicates),
                Bad = parsed.GetValue(bad),
                AmountsAsText = settings.Envelope,
            };
            return RunAsync(options, parsed.GetValue(count), parsed.GetValue(rate), parsed.GetValue(output), settings, stop);
        });
        return command;
    }

    // Orders are stored with microseconds; the clock has more digits than that.
    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private static Task<int> RunAsync(
        GeneratorOptions options, long count, double? rate, string? output, BulkSettings settings, CancellationToken stop)
    {
        var reporter = Reporter.ForConsole();
        var generator = new OrderGenerator(options);
        return output is null
            ? new BulkRun(settings, new GenerateSource(generator, count, rate, options.Seed), reporter).RunAsync(stop)
            : GenerateFile.WriteAsync(output, generator, count, options.Seed, settings.Json, reporter, stop);
    }
}
