using Benchmarks.Contestants;
using Benchmarks.Drain;
using Benchmarks.Results;
using Benchmarks.Servers;
using Infrastructure.RabbitMq;

namespace Benchmarks.Latency;

/// <summary>Lets one contestant keep up with orders that come at a fixed rate: warm up on another queue, publish, check the books.</summary>
internal sealed class LatencyRun(BenchServers servers, OrdersDatabase warmUp, OrdersDatabase measured, BenchOptions options)
{
    /// <summary>What comes first does not count: connections, batches and compiled code are not yet as they stay.</summary>
    public static readonly TimeSpan RunIn = TimeSpan.FromSeconds(5);

    private const int Attempts = 3;
    private const int MostWarmUpOrders = 100_000;
    private const long WarmUpSeed = 2;
    private const long Seed = 1;

    private readonly Course _course = new(servers);

    /// <summary>Measures; a run that was disturbed from outside is taken again.</summary>
    public async Task<LatencyOutcome> TakeAsync(int round, Contestant contestant, Schedule schedule, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(round, contestant, schedule, isLast: attempt == Attempts, cancellationToken);
            }
            catch (SpoiltException spoilt) when (attempt < Attempts)
            {
                options.Say($"  {contestant.Name}, {schedule.PerSecond}/s: taken again, {spoilt.Message}");
            }
        }
    }

    private async Task<LatencyOutcome> TryAsync(
        int round, Contestant contestant, Schedule schedule, bool isLast, CancellationToken cancellationToken)
    {
        var outcome = new LatencyOutcome { Round = round, Contestant = contestant.Name, PerSecond = schedule.PerSecond };
        var (warmUpNames, names) = (_course.NewNames(), _course.NewNames());
        try
        {
            var backlog = new Backlog { Messages = Math.Min(MostWarmUpOrders, contestant.MostWarmUpOrders), Seed = WarmUpSeed };
            await _course.PrepareAsync(names, measured, cancellationToken);
            await servers.RestAsync(cancellationToken);

            await using var team = Team.Start(contestant, servers.Broker);
            await _course.WarmUpAsync(team, warmUpNames, warmUp, backlog, cancellationToken);
            outcome = await MeasureAsync(team, names, schedule, outcome, cancellationToken);
        }
        catch (ContestantFailedException failure)
        {
            options.Say($"  {contestant.Name} {failure.Message}");
            foreach (var line in failure.LastLines)
            {
                options.Say($"    {line}");
            }

            outcome = outcome with { Disqualified = failure.Message };
        }
        finally
        {
            await _course.RemoveAsync(cancellationToken, warmUpNames, names);
        }

        return isLast || outcome.Spent is not { StolenShare: > DrainRun.MostStolen } spent
            ? outcome
            : throw new SpoiltException(FormattableString.Invariant($"{spent.StolenShare:P1} of the machine's time was stolen"));
    }

    private async Task<LatencyOutcome> MeasureAsync(
        Team team, TopologyNames names, Schedule schedule, LatencyOutcome outcome, CancellationToken cancellationToken)
    {
        var orders = new PreparedOrders(Seed);
        await using var publisher = await OpenLoopPublisher.OpenAsync(servers.Broker, names, cancellationToken);
        await team.ConsumeAsync(names.Queue, measured, cancellationToken);
        await _course.ComesToRestAsync(team, cancellationToken);

        var before = Look(team);
        var publishing = await publisher.RunAsync(schedule, orders, cancellationToken);
        await _course.CompleteAsync(team, names, measured, publishing.Published, cancellationToken);
        var spent = Look(team).Since(before, schedule.Orders);

        // What it still acknowledges must have gone before it is asked to stop, or it would come back as not done.
        await _course.ComesToRestAsync(team, cancellationToken);
        await team.StopAsync(cancellationToken);
        var late = publishing.Late[(schedule.PerSecond * (int)RunIn.TotalSeconds)..];
        return outcome with
        {
            Messages = schedule.Orders,
            Latency = await measured.ReadLatencyAsync(publishing.Start + RunIn, cancellationToken),
            PublisherLateP99 = Statistics.Percentile(late, 0.99),
            PublisherLateMax = late.Max(),
            Commits = (await measured.ReadCommitsAsync(cancellationToken)).Count,
            Spent = spent,
            Disqualified = Books.Problem(publishing.Published, await _course.LookAsync(names, measured, cancellationToken)),
        };
    }

    // The publisher runs in this process.
    private Usage Look(Team team) => Usage.Read(team, servers, ProcessTimes.Of(Environment.ProcessId));
}
