using System.CommandLine;

namespace DevServers.Commands;

internal static class ServersCommand
{
    public static Command Create()
    {
        var command = new Command("servers", "Starts a RabbitMQ and a PostgreSQL and keeps them until Ctrl-C.");
        command.SetAction((_, cancellationToken) => RunAsync(cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Console.Error.WriteLine("Starting RabbitMQ and PostgreSQL.");
        await using var stack = await DevStack.StartAsync(new DevStackOptions { StopOnSignals = false }, cancellationToken);
        using var file = await ServersFile.TryWriteAsync(stack);

        Console.WriteLine($"{ServerFinder.RabbitVariable}={stack.Rabbit.ConnectionString}");
        Console.WriteLine($"{ServerFinder.PostgresVariable}={stack.Postgres.ConnectionString}");
        Console.WriteLine();
        if (file is null)
        {
            Console.WriteLine("Other servers of this checkout are running, and ./run worker and ./run producer go on using those.");
            Console.WriteLine("To use these instead, export the two lines above.");
        }
        else
        {
            Console.WriteLine("In another terminal:");
            Console.WriteLine("  ./run worker migrate");
            Console.WriteLine("  ./run worker run");
            Console.WriteLine("  ./run producer generate --count 100000");
            Console.WriteLine($"or, for any other program: source {file.Path}");
        }

        Console.WriteLine();
        Console.WriteLine($"RabbitMQ's log:   {stack.Rabbit.Log}");
        Console.WriteLine($"PostgreSQL's log: {stack.Postgres.Log}");
        Console.WriteLine("Ctrl-C stops both and removes their data.");

        await Task.WhenAny(stack.Rabbit.Ended, stack.Postgres.Ended, Task.Delay(Timeout.Infinite, cancellationToken));
        if (cancellationToken.IsCancellationRequested)
        {
            Console.Error.WriteLine("Stopping.");
            return 0;
        }

        stack.KeepLogs = true;
        var ended = stack.Rabbit.Ended.IsCompleted ? stack.Rabbit : stack.Postgres;
        throw new DevServersException($"{ended.Name} ended unexpectedly. Its log is {ended.Log}.");
    }
}
