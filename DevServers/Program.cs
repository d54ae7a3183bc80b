using System.CommandLine;
using System.Runtime.InteropServices;
using DevServers.Commands;

namespace DevServers;

internal static class Program
{
    private const int Failed = 1;
    private const int Interrupted = 130;

    // Longer than workers and servers may take to stop.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(90);

    private static async Task<int> Main(string[] arguments)
    {
        var root = new RootCommand("RabbitMQ and PostgreSQL for development: for other terminals, or for a demo of the whole.")
        {
            DemoCommand.Create(),
            ServersCommand.Create(),
        };

        // The library cancels at Ctrl-C and SIGTERM. A terminal that is closed should stop things in order as well.
        using var closed = new CancellationTokenSource();
        using var registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            closed.Cancel();
        });
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = StopPatience,
        };
        try
        {
            return await root.Parse(arguments).InvokeAsync(configuration, closed.Token);
        }
        catch (DevServersException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Failed;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
    }
}
