using Benchmarks.Contestants;
using Benchmarks.Servers;
using Infrastructure.RabbitMq;

namespace Benchmarks.Drain;

/// <summary>What every run of a contestant has around what is measured: a queue and a database, a warm-up, the last order, the books.</summary>
internal sealed class Course(BenchServers servers)
{
    // A runtime compiles once more, in the background and some time later, what has been called often. A start is a few thousand methods, each
    // called a few times: after several they are done, and a contestant is measured instead of its compiler.
    private const int Starts = 4;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StallPatience = TimeSpan.FromSeconds(60);

    private int _pipelines;

    /// <summary>Names that no queue before has had.</summary>
    public TopologyNames NewNames() => new($"bench{++_pipelines}");

    /// <summary>An empty queue and an empty database.</summary>
    public async Task PrepareAsync(TopologyNames names, OrdersDatabase database, CancellationToken cancellationToken)
    {
        await database.EmptyAsync(cancellationToken);
        await servers.Queues.DeclareAsync(names, cancellationToken);
    }

    /// <summary>The same with messages waiting.</summary>
    public async Task<Published> FillAsync(
        TopologyNames names, Backlog backlog, OrdersDatabase database, CancellationToken cancellationToken)
    {
        await PrepareAsync(names, database, cancellationToken);
        var published = await QueueFiller.FillAsync(servers.Broker, names.Pipeline, backlog, cancellationToken);
        if (backlog.OnDisk)
        {
            await servers.RollOverAsync(cancellationToken);
        }

        return published;
    }

    /// <summary>Lets a contestant empty a queue that does not count a few times, and ends with everybody at rest.</summary>
    public async Task WarmUpAsync(
        Team team, TopologyNames names, OrdersDatabase database, Backlog backlog, CancellationToken cancellationToken)
    {
        var part = backlog with { Messages = backlog.Messages / Starts };
        for (var start = 0; start < Starts && part.Messages > 0; start++)
        {
            var published = await FillAsync(names, part, database, cancellationToken);
            await team.ConsumeAsync(names.Queue, database, cancellationToken);
            await CompleteAsync(team, names, database, published, cancellationToken);
            await ComesToRestAsync(team, cancellationToken);
            await team.StopAsync(cancellationToken);
        }

        await database.ExecuteAsync("checkpoint", cancellationToken);
        await ComesToRestAsync(team, cancellationToken);
    }

    /// <summary>Returns when everything published is in the database, or nothing moves any more.</summary>
    public Task CompleteAsync(
        Team team, TopologyNames names, OrdersDatabase database, Published published, CancellationToken cancellationToken) =>
        CompleteAsync(team, names, database, published.Orders.Orders + published.Bad, cancellationToken);

    /// <summary>The same by the number of orders and dead letters there will be.</summary>
    /// <exception cref="ContestantFailedException">It has ended.</exception>
    public async Task CompleteAsync(Team team, TopologyNames names, OrdersDatabase database, long expected, CancellationToken cancellationToken)
    {
        var watch = new CompletionWatch(TimeProvider.System, StallPatience);
        while (!watch.IsStalled)
        {
            await Task.Delay(LookInterval, cancellationToken);
            team.ThrowIfEnded();
            var waiting = await servers.Queues.ReadyAsync(names.Queue, cancellationToken);

            // Counting is not for free, and the last order is not stored while others wait.
            var stored = waiting > 0
                ? 0
                : await database.CountLastOrdersAsync(cancellationToken) + await database.CountDeadLettersAsync(cancellationToken);
            if (stored >= expected)
            {
                return;
            }

            watch.See(waiting, stored);
        }
    }

    public Task<bool> ComesToRestAsync(Team team, CancellationToken cancellationToken) =>
        Rest.ComesAsync(() => team.Cpu + servers.BrokerCpu + servers.DatabaseCpu, TimeProvider.System, cancellationToken);

    /// <summary>What there is once the contestant has stopped.</summary>
    public async Task<Left> LookAsync(TopologyNames names, OrdersDatabase database, CancellationToken cancellationToken) => new(
        await database.ReadContentsAsync(cancellationToken),
        await database.CountOrdersAsync(cancellationToken),
        await database.CountDeadLettersAsync(cancellationToken),
        await servers.Queues.ReadyAsync(names.Queue, cancellationToken));

    /// <summary>Takes queues away, except after Ctrl-C: then the servers end with all that is on them.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken, params IEnumerable<TopologyNames> pipelines)
    {
        foreach (var names in pipelines.TakeWhile(_ => !cancellationToken.IsCancellationRequested))
        {
            await servers.Queues.DeleteAsync(names, cancellationToken);
        }
    }
}
