using System.Diagnostics;
using Benchmarks.Contestants;
using Benchmarks.Servers;
using Infrastructure.RabbitMq;

namespace Benchmarks.BulkPublish;

/// <summary>Lets one program publish into a fresh queue, and counts what is in it afterwards.</summary>
internal sealed class PublishRun(BenchServers servers)
{
    // The count of a quorum queue follows its confirms at a short distance.
    private static readonly TimeSpan CountPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CountInterval = TimeSpan.FromMilliseconds(200);

    private int _pipelines;

    public async Task<PublishOutcome> TakeAsync(int round, BulkPublisher publisher, long orders, CancellationToken cancellationToken)
    {
        var names = new TopologyNames($"publish{++_pipelines}");
        await servers.Queues.DeclareAsync(names, cancellationToken);
        await servers.RestAsync(cancellationToken);

        var (machine, broker, own) = (MachineTimes.Read(), servers.BrokerCpu, ProcessTimes.OfEndedChildren());
        var (exitCode, output) = await RunAsync(publisher.Program, publisher.Arguments(servers.Broker, names), servers.Broker, cancellationToken);
        var (brokerSpent, spent, now) = (servers.BrokerCpu - broker, ProcessTimes.OfEndedChildren() - own, MachineTimes.Read());

        var claim = PublishClaim.Parse(output);
        var inQueue = await CountAsync(names, orders, cancellationToken);
        await servers.Queues.DeleteAsync(names, cancellationToken);
        return new PublishOutcome
        {
            Round = round,
            Publisher = publisher.Name,
            Orders = orders,
            PerSecond = claim?.Confirmed / claim?.Seconds,
            PublisherMicroseconds = spent.TotalMicroseconds / orders,
            BrokerMicroseconds = brokerSpent.TotalMicroseconds / orders,
            StolenShare = now.StolenSince(machine),
            OthersShare = now.UsedByOthersSince(machine, spent + brokerSpent),
            Disqualified = PublishClaim.Problem(exitCode, claim, inQueue, orders),
        };
    }

    /// <summary>Runs a program to its end. What it says on standard error is for nobody.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, string[] arguments, string broker, CancellationToken cancellationToken)
    {
        var start = Dotnet.StartInfo(program, arguments);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        // A settings file in the working folder would be somebody else's.
        start.WorkingDirectory = Path.GetTempPath();
        start.Environment["ConnectionStrings__RabbitMq"] = broker;
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await errors;
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, output);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private async Task<long> CountAsync(TopologyNames names, long expected, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var count = await servers.Queues.ReadyAsync(names.Queue, cancellationToken);
            if (count >= expected || TimeProvider.System.GetElapsedTime(start) > CountPatience)
            {
                return count;
            }

            await Task.Delay(CountInterval, cancellationToken);
        }
    }
}
