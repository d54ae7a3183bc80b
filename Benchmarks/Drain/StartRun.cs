using System.Diagnostics;
using Benchmarks.Contestants;
using Benchmarks.Servers;
using DevServers;
using Infrastructure.RabbitMq;

namespace Benchmarks.Drain;

/// <summary>Starts the worker as it is installed, on a queue that is not empty, and takes the time to its first commit.</summary>
internal sealed class StartRun(BenchServers servers, OrdersDatabase database)
{
    /// <summary>How results call it.</summary>
    public const string Name = "start to first commit";

    private const int Messages = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private int _starts;

    public async Task<StartOutcome> TakeAsync(int round, CancellationToken cancellationToken)
    {
        var names = new TopologyNames($"start{++_starts}");
        await database.EmptyAsync(cancellationToken);
        await servers.Queues.DeclareAsync(names, cancellationToken);
        await QueueFiller.FillAsync(servers.Broker, names.Pipeline, new Backlog { Messages = Messages }, cancellationToken);
        await servers.RestAsync(cancellationToken);

        var started = TimeProvider.System.GetUtcNow();
        using var worker = Start(names);
        var isDone = await CompletesAsync(worker, cancellationToken);
        Signals.Send(worker.Id, Signals.Terminate);
        await worker.WaitForExitAsync(cancellationToken);
        await servers.Queues.DeleteAsync(names, cancellationToken);

        var window = CommitWindow.Of(await database.ReadCommitsAsync(cancellationToken));
        return new StartOutcome(round, "Workers", "start", isDone ? (window.First - started)?.TotalSeconds : null, Installed.Worker.IsPublished);
    }

    private Process Start(TopologyNames names)
    {
        var start = new ProcessStartInfo(Dotnet.Path)
        {
            ArgumentList =
            {
                Installed.Worker.Assembly,
                "run",
                $"ConnectionStrings:RabbitMq={servers.Broker}",
                $"ConnectionStrings:Orders={database.ConnectionString}",
                $"RabbitMq:Pipeline={names.Pipeline}",
                "Urls=http://127.0.0.1:0",
                "Logging:LogLevel:Default=Warning",
            },
        };
        start.Environment.Remove("DOTNET_ENVIRONMENT");
        return Process.Start(start)!;
    }

    private async Task<bool> CompletesAsync(Process worker, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!worker.HasExited && TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            if (await database.CountOrdersAsync(cancellationToken) == Messages)
            {
                return true;
            }

            await Task.Delay(LookInterval, cancellationToken);
        }

        return false;
    }
}
