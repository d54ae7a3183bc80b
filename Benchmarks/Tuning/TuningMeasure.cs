using Benchmarks.Drain;
using Benchmarks.Latency;
using Benchmarks.Results;
using Benchmarks.Servers;

namespace Benchmarks.Tuning;

/// <summary>What lanes, batch and prefetch do to rate and price out of a full queue, and what the linger does to price and latency below saturation.</summary>
internal sealed class TuningMeasure : IMeasure
{
    public string Name => "tuning";

    public string Description => "What Intake:Lanes, Intake:MaxBatch, Intake:Prefetch and Intake:LingerMilliseconds do to the worker's rate, its price and its latency.";

    public async Task<Findings> TakeAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        options.Say("Starting RabbitMQ and PostgreSQL.");
        await using var servers = await BenchServers.StartAsync(cancellationToken);
        await using var warmUp = await servers.CreateDatabaseAsync("bench_warm_up", cancellationToken);
        await using var measured = await servers.CreateDatabaseAsync("bench_measured", cancellationToken);
        var (plan, random) = (new TuningPlan(options.Quick), new Random(options.Seed));
        var run = new DrainRun(servers, warmUp, measured, options);

        var clean = Scenario.Clean(options.Orders);
        var grid = await DrainAsync(run, plan.Grid(), [clean], random, options, cancellationToken);
        var ranked = TunedPoint.Ranked(grid, options.Seed).Select(point => point.Setting);

        // What the broker has to read from disk it may well hand out at another price.
        Scenario[] states = [clean, Scenario.OnDisk(options.Orders)];
        var prefetches = await DrainAsync(run, plan.Prefetches(ranked), states, random, options, cancellationToken);
        var paced = await PaceAsync(new LatencyRun(servers, warmUp, measured, options), plan, random, options, cancellationToken);
        return TuningFindings.From(grid, prefetches, paced, options.Seed, servers.Description);
    }

    private static async Task<IReadOnlyList<TunedDrain>> DrainAsync(
        DrainRun run, TuningSetting[] settings, Scenario[] scenarios, Random random, BenchOptions options, CancellationToken cancellationToken)
    {
        var drains = new List<TunedDrain>();
        (TuningSetting Setting, Scenario Scenario)[] entries = [.. scenarios.SelectMany(scenario => settings.Select(setting => (setting, scenario)))];
        for (var round = 1; round <= options.Rounds; round++)
        {
            random.Shuffle(entries);
            foreach (var (setting, scenario) in entries)
            {
                var drain = await run.TakeAsync(round, setting.Contestant, scenario.AtMost(setting.Contestant.MostOrders), cancellationToken);
                drains.Add(new TunedDrain(setting, drain));
                options.Say(FormattableString.Invariant(
                    $"round {round}/{options.Rounds}  {setting.Name,-46}{scenario.Name,-22}{drain.PerSecond,9:N0}/s  database {drain.DatabaseMicroseconds,6:0.0} us  {drain.Disqualified}"));
            }
        }

        return drains;
    }

    private static async Task<IReadOnlyList<TunedPace>> PaceAsync(
        LatencyRun run, TuningPlan plan, Random random, BenchOptions options, CancellationToken cancellationToken)
    {
        var paces = new List<TunedPace>();
        var rates = options.Rates.Count > 0 ? options.Rates : TuningPlan.DefaultRates;
        (TuningSetting Setting, int Rate)[] entries = [.. plan.Paced().SelectMany(setting => rates.Select(rate => (setting, rate)))];
        for (var round = 1; round <= options.Rounds; round++)
        {
            random.Shuffle(entries);
            foreach (var (setting, rate) in entries)
            {
                var outcome = await run.TakeAsync(round, setting.Contestant, new Schedule(rate, plan.PacedTime), cancellationToken);
                paces.Add(new TunedPace(setting, outcome));
                options.Say(FormattableString.Invariant(
                    $"round {round}/{options.Rounds}  {setting.Name,-46}at {rate,7:N0}/s  p99 {outcome.Latency?.P99,8:0.0} ms  {outcome.Disqualified}"));
            }
        }

        return paces;
    }
}
