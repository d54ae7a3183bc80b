using System.CommandLine;
using DevServers.Demo;

namespace DevServers.Commands;

internal static class DemoCommand
{
    private const int NotReconciled = 1;

    public static Command Create()
    {
        var orders = new Option<int>("--orders")
        {
            Description = "Orders to make up and publish.",
            DefaultValueFactory = _ => DemoOptions.DefaultOrders,
        };
        var replicas = new Option<int>("--replicas")
        {
            Description = "Worker processes.",
            DefaultValueFactory = _ => DemoOptions.DefaultReplicas,
        };
        var file = new Option<string?>("--file") { Description = "Publish the orders of this file (NDJSON) instead." };
        var duplicates = new Option<string>("--duplicates")
        {
            Description = "Share of orders that are sent twice.",
            DefaultValueFactory = _ => DemoOptions.DefaultDuplicates,
        };
        var bad = new Option<string>("--bad")
        {
            Description = "Share of orders that break a rule.",
            DefaultValueFactory = _ => DemoOptions.DefaultBad,
        };
        var seed = new Option<long?>("--seed") { Description = "Makes the same orders again." };
        orders.Validators.Add(result => RequireAtLeastOne(result, orders));
        replicas.Validators.Add(result => RequireAtLeastOne(result, replicas));

        var command = new Command("demo", "Starts servers and workers, publishes orders, waits for the last one, and checks the books.")
        {
            orders, replicas, file, duplicates, bad, seed,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new DemoOptions
            {
                Orders = parsed.GetValue(orders),
                Replicas = parsed.GetValue(replicas),
                File = parsed.GetValue(file),
                Duplicates = parsed.GetValue(duplicates)!,
                Bad = parsed.GetValue(bad)!,
                Seed = parsed.GetValue(seed),
            },
            cancellationToken));
        return command;
    }

    private static void RequireAtLeastOne(System.CommandLine.Parsing.OptionResult result, Option<int> option)
    {
        if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, out var value) && value >= 1))
        {
            result.AddError($"{option.Name} is {result.Tokens[0].Value}; it must be a number of at least 1.");
        }
    }

    private static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        if (options.File is not null && !File.Exists(options.File))
        {
            throw new DevServersException($"The file {options.File} is not there.");
        }

        Say("Starting RabbitMQ and PostgreSQL.");
        await using var stack = await DevStack.StartAsync(new DevStackOptions { StopOnSignals = false, Note = Say }, cancellationToken);
        Say(stack.Source switch
        {
            ServerSource.Environment => "Using the servers named by the environment.",
            ServerSource.Docker => "Both are up, in Docker.",
            _ => "Both are up.",
        });
        try
        {
            var result = await new DemoRun(stack, options, Say).RunAsync(cancellationToken);
            DemoTable.Write(result);
            stack.KeepLogs = !result.Reconciled;
            return result.Reconciled ? 0 : NotReconciled;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            stack.KeepLogs = true;
            throw;
        }
        finally
        {
            if (stack.KeepLogs)
            {
                Say($"The logs stay in {stack.Folder}.");
            }
        }
    }

    // Only the result goes to standard output.
    private static void Say(string line)
    {
        Console.Error.WriteLine(line);
    }
}
