using System.Globalization;

namespace Benchmarks.Peers;

/// <summary>What a contestant was started with: the broker, and its own tuning as `--name value`.</summary>
public sealed class ContestSettings
{
    private readonly Dictionary<string, string> _values = [];

    private ContestSettings()
    {
    }

    /// <summary>The broker's AMQP URI, user and password included.</summary>
    public string Broker => _values.TryGetValue("broker", out var broker)
        ? broker
        : throw new ArgumentException("A contestant needs --broker AMQP-URI.");

    /// <summary>The authorities that may sign the broker's certificate, in PEM; empty without TLS.</summary>
    public string CaFile => _values.GetValueOrDefault("ca-file", "");

    public static ContestSettings Parse(string[] args)
    {
        var settings = new ContestSettings();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == args.Length)
            {
                throw new ArgumentException($"'{args[i]}' is not a setting with a value. Settings are written --name value.");
            }

            settings._values[args[i][2..]] = args[i + 1];
        }

        return settings;
    }

    public int Number(string name, int fallback) => _values.TryGetValue(name, out var text)
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : fallback;
}

/// <summary>The queue to consume, and the database its orders belong in.</summary>
public sealed record ConsumeOrder(string Queue, string ConnectionString);

/// <summary>
/// A contestant's side of the contest: orders come as lines on standard input, answers go as lines to standard output, everything for people goes
/// to standard error. The contestant only consumes: nothing that is measured is its own claim, except its allocations.
/// </summary>
public static class Contest
{
    /// <param name="args">What the process was started with.</param>
    /// <param name="consume">Returns once the consumer is registered; disposing what it returns stops it in an orderly way.</param>
    /// <returns>The exit code: 0 when standard input ended, 1 when consuming could not be begun or stopped.</returns>
    public static async Task<int> RunAsync(string[] args, Func<ContestSettings, ConsumeOrder, Task<IAsyncDisposable>> consume)
    {
        // Libraries like to greet on standard output; only answers belong there.
        var answers = Console.Out;
        Console.SetOut(Console.Error);

        IAsyncDisposable? consumer = null;
        try
        {
            var settings = ContestSettings.Parse(args);
            while (await Console.In.ReadLineAsync() is { } line)
            {
                // A connection string may hold spaces, so the third word is the rest of the line.
                var words = line.Split(' ', 3);
                switch (words[0])
                {
                    case "consume" when words.Length == 3 && consumer is null:
                        consumer = await consume(settings, new ConsumeOrder(words[1], words[2]));
                        await AnswerAsync(answers, "consuming");
                        break;

                    case "stop":
                        await StopAsync(consumer);
                        consumer = null;
                        LeaveNothing();
                        await AnswerAsync(answers, "stopped");
                        break;

                    case "figures":
                        await AnswerAsync(answers, Figures());
                        break;

                    default:
                        throw new InvalidOperationException($"The line '{line}' is not understood here.");
                }
            }

            await StopAsync(consumer);
            return 0;
        }
        catch (Exception exception)
        {
            await Console.Error.WriteLineAsync(exception.ToString());
            return 1;
        }
    }

    private static ValueTask StopAsync(IAsyncDisposable? consumer) => consumer?.DisposeAsync() ?? ValueTask.CompletedTask;

    // What the warm-up held must not count as memory of what is measured after it.
    private static void LeaveNothing() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private static string Figures() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""figures {"allocatedBytes":{{GC.GetTotalAllocatedBytes(precise: true)}},"gen0":{{GC.CollectionCount(0)}},"gen1":{{GC.CollectionCount(1)}},"gen2":{{GC.CollectionCount(2)}}}""");

    private static async Task AnswerAsync(TextWriter answers, string answer)
    {
        await answers.WriteLineAsync(answer);
        await answers.FlushAsync();
    }
}
