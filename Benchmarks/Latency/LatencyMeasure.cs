using Benchmarks.Contestants;
using Benchmarks.Results;
using Benchmarks.Servers;

namespace Benchmarks.Latency;

/// <summary>How long an order takes from its publishing to its commit while the contestant keeps up.</summary>
internal sealed class LatencyMeasure : IMeasure
{
    /// <summary>Orders a second for everybody. The slowest of them still keeps up.</summary>
    public const int CommonRate = 2_000;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan QuickDuration = TimeSpan.FromSeconds(10);

    // About 30 % and 70 % of what publisher, broker, database and worker do together on two cores. Publishing costs the broker the most.
    private static readonly int[] OwnRates = [4_000, 10_000];

    public string Name => "latency";

    public string Description =>
        "From when an order should have been published to its commit: orders come on a schedule that waits for nobody, beside other programs.";

    public async Task<Findings> TakeAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        foreach (var peer in Roster.Peers.Where(peer => !peer.IsBuilt))
        {
            options.Say($"The peer {peer.Name} is not built and is left out.");
        }

        options.Say("Starting RabbitMQ and PostgreSQL.");
        await using var servers = await BenchServers.StartAsync(cancellationToken);
        await using var warmUp = await servers.CreateDatabaseAsync("bench_warm_up", cancellationToken);
        await using var measured = await servers.CreateDatabaseAsync("bench_measured", cancellationToken);
        await servers.RestAsync(cancellationToken);
        var flush = await FlushTime.MedianMillisecondsAsync(measured, cancellationToken);
        var run = new LatencyRun(servers, warmUp, measured, options);
        var outcomes = new List<LatencyOutcome>();
        var random = new Random(options.Seed);
        for (var round = 1; round <= options.Rounds; round++)
        {
            var entries = Entries(options);
            random.Shuffle(entries);
            foreach (var (contestant, schedule) in entries)
            {
                outcomes.Add(await run.TakeAsync(round, contestant, schedule, cancellationToken));
                options.Say(Line(outcomes[^1], options));
            }
        }

        return LatencyFindings.From(outcomes, flush, options.Seed, servers.Description);
    }

    private static (Contestant Contestant, Schedule Schedule)[] Entries(BenchOptions options)
    {
        var duration = options.Quick ? QuickDuration : Duration;
        var own = options.Rates.Count > 0 ? options.Rates : OwnRates;
        (Contestant Contestant, Schedule Schedule)[] all =
        [
            .. Roster.ForLatency.Where(contestant => contestant.IsBuilt).Select(contestant => (contestant, new Schedule(CommonRate, duration))),
            .. own.Except([CommonRate]).Select(rate => (Roster.Workers, new Schedule(rate, duration))),
        ];
        return [.. all.Where(entry => options.Includes(entry.Contestant.Name))];
    }

    private static string Line(LatencyOutcome outcome, BenchOptions options) =>
        FormattableString.Invariant($"round {outcome.Round}/{options.Rounds}  {outcome.Contestant,-18}{outcome.PerSecond,7:N0}/s  ")
        + (outcome is { Disqualified: null, Latency: { } latency }
            ? FormattableString.Invariant($"p50 {latency.P50:0.0}  p99 {latency.P99:0.0}  max {latency.Max:0.0} ms  {outcome.Spent?.Contestant:0} us  publisher late p99 {outcome.PublisherLateP99:0.00} ms")
            : $"disqualified: {outcome.Disqualified}");
}
