using Benchmarks.Contestants;
using Benchmarks.Servers;
using Infrastructure.RabbitMq;

namespace Benchmarks.Drain;

/// <summary>
/// Lets one contestant empty one queue: fill the queue, warm up on another, come to rest, drain, check the books. Nothing it says about itself
/// counts, but for its allocations.
/// </summary>
internal sealed class DrainRun(BenchServers servers, OrdersDatabase warmUp, OrdersDatabase measured, BenchOptions options)
{
    /// <summary>Share of stolen time above which a drain is taken again.</summary>
    public const double MostStolen = 0.02;

    private const int Attempts = 3;
    private const long WarmUpSeed = 2;

    private readonly Course _course = new(servers);

    /// <summary>Drains; a run that was disturbed from outside is taken again.</summary>
    public async Task<DrainOutcome> TakeAsync(int round, Contestant contestant, Scenario scenario, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(round, contestant, scenario, isLast: attempt == Attempts, cancellationToken);
            }
            catch (SpoiltException spoilt) when (attempt < Attempts)
            {
                options.Say($"  {contestant.Name}, {scenario.Name}: taken again, {spoilt.Message}");
            }
        }
    }

    private async Task<DrainOutcome> TryAsync(
        int round, Contestant contestant, Scenario scenario, bool isLast, CancellationToken cancellationToken)
    {
        var (warmUpNames, names) = (_course.NewNames(), _course.NewNames());
        try
        {
            // What earlier runs have left in the broker's log must not decide how much of this one fits in.
            await servers.RollOverAsync(cancellationToken);
            var warmUpBacklog = scenario.Backlog with
            {
                Messages = new[] { scenario.WarmUpMessages, scenario.Backlog.Messages, contestant.MostWarmUpOrders }.Min(),
                Seed = WarmUpSeed,
                OnDisk = false,
            };
            var published = await _course.FillAsync(names, scenario.Backlog, measured, cancellationToken);
            await servers.RestAsync(cancellationToken);

            var outcome = new DrainOutcome
            {
                Round = round,
                Contestant = contestant.Name,
                Scenario = scenario.Name,
                Messages = published.Messages,
                BytesAMessage = published.Bytes / (double)published.Messages,
            };
            await using var team = Start(contestant, scenario);
            try
            {
                await _course.WarmUpAsync(team, warmUpNames, warmUp, warmUpBacklog, cancellationToken);
                outcome = await MeasureAsync(team, names, published, outcome, cancellationToken);
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

            return isLast || outcome.StolenShare <= MostStolen
                ? outcome
                : throw new SpoiltException(FormattableString.Invariant($"{outcome.StolenShare:P1} of the machine's time was stolen"));
        }
        finally
        {
            await _course.RemoveAsync(cancellationToken, warmUpNames, names);
        }
    }

    private Team Start(Contestant contestant, Scenario scenario) => scenario.UsesTls
        ? Team.Start(contestant.OverTls(servers.BrokerCaFile), servers.TlsBroker)
        : Team.Start(contestant, servers.Broker);

    private async Task<DrainOutcome> MeasureAsync(
        Team team, TopologyNames names, Published published, DrainOutcome outcome, CancellationToken cancellationToken)
    {
        await team.ConsumeAsync(names.Queue, measured, cancellationToken);

        // Not before: opening connections and building a host is the price of a start, not of an order.
        team.BeginPeak();
        var usage = Usage.Read(team, servers);
        var figures = await team.FiguresAsync(cancellationToken);

        await _course.CompleteAsync(team, names, measured, published, cancellationToken);
        outcome = Usage.Read(team, servers).Since(usage, outcome) with
        {
            PeakMegabytes = team.PeakMegabytes,
            Collected = await team.FiguresAsync(cancellationToken) - figures,
        };

        // What it still acknowledges must have gone before it is asked to stop, or it would come back as not done.
        await _course.ComesToRestAsync(team, cancellationToken);
        await team.StopAsync(cancellationToken);
        var window = CommitWindow.Of(await measured.ReadCommitsAsync(cancellationToken));
        var messagesPerRow = (double)published.Messages / published.Orders.Orders;
        return outcome with
        {
            PerSecond = window.PerSecond * messagesPerRow,
            SteadyPerSecond = window.SteadyPerSecond * messagesPerRow,
            Commits = window.Commits,
            AllocatedBytesAMessage = outcome.Collected.AllocatedBytes / (double)published.Messages,
            Disqualified = Books.Problem(published, await _course.LookAsync(names, measured, cancellationToken)),
        };
    }
}
