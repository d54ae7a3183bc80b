using Benchmarks.Drain;
using Benchmarks.Results;
using Benchmarks.Servers;

namespace Benchmarks.Growth;

/// <summary>How the price of an order grows with the table, the backlog, the order itself and the number of processes.</summary>
internal sealed class GrowthMeasure : IMeasure
{
    public string Name => "growth";

    public string Description => "How the worker's rate and price change as the table, the backlog, the orders and the number of processes grow.";

    public async Task<Findings> TakeAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        options.Say("Starting RabbitMQ and PostgreSQL.");
        await using var servers = await BenchServers.StartAsync(cancellationToken);
        await using var warmUp = await servers.CreateDatabaseAsync("bench_warm_up", cancellationToken);
        await using var empty = await servers.CreateDatabaseAsync("bench_measured", cancellationToken);
        await using var tables = new GrownTables(servers, empty, options.Say);

        var (cases, random, drains) = (GrowthPlan.Cases(options.Quick).Where(which => options.Includes(which.Name)).ToArray(), new Random(options.Seed), new List<GrowthDrain>());
        for (var round = 1; round <= options.Rounds; round++)
        {
            random.Shuffle(cases);
            foreach (var which in cases)
            {
                var run = new DrainRun(servers, warmUp, await tables.WithAsync(which.EarlierRows, which.RandomIds, cancellationToken), options);
                var drain = await run.TakeAsync(round, which.Contestant, which.Scenario, cancellationToken);
                drains.Add(new GrowthDrain(which, drain));
                options.Say(FormattableString.Invariant(
                    $"round {round}/{options.Rounds}  {which.Name,-38}{drain.PerSecond,9:N0}/s  database {drain.DatabaseMicroseconds,8:0.0} us  {drain.Disqualified}"));
            }
        }

        return GrowthFindings.From(drains, options.Seed, servers.Description);
    }
}
