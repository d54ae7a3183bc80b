using Benchmarks.Contestants;
using Benchmarks.Results;
using Benchmarks.Servers;

namespace Benchmarks.Drain;

/// <summary>How fast a queue that is full gets empty, and at what price.</summary>
internal sealed class DrainMeasure : IMeasure
{
    private const int FewestStarts = 5;

    public string Name => "drain";

    public string Description =>
        "How fast a preloaded queue gets into the database, beside a C program without any safety (the limit) and beside other programs.";

    public async Task<Findings> TakeAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        if (Roster.Limit.Any(limit => !limit.IsBuilt))
        {
            options.Say("The C limit programs are not built, so there is nothing to compare with; `./run bench` builds them.");
        }

        foreach (var peer in Roster.Peers.Where(peer => !peer.IsBuilt))
        {
            options.Say($"The peer {peer.Name} is not built and is left out.");
        }

        options.Say("Starting RabbitMQ and PostgreSQL.");
        await using var servers = await BenchServers.StartAsync(cancellationToken);
        await using var warmUp = await servers.CreateDatabaseAsync("bench_warm_up", cancellationToken);
        await using var measured = await servers.CreateDatabaseAsync("bench_measured", cancellationToken);
        var run = new DrainRun(servers, warmUp, measured, options);
        var start = new StartRun(servers, measured);
        var (drains, starts) = (new List<DrainOutcome>(), new List<StartOutcome>());
        var random = new Random(options.Seed);
        for (var round = 1; round <= options.Rounds; round++)
        {
            var entries = Entries(options, round);
            random.Shuffle(entries);
            foreach (var (contestant, scenario) in entries)
            {
                var outcome = await run.TakeAsync(round, contestant, scenario, cancellationToken);
                drains.Add(outcome);
                options.Say(Line(outcome, options));
            }

            for (var left = options.Includes(StartRun.Name) ? StartsOfARound(options.Rounds) : 0; left > 0; left--)
            {
                starts.Add(await start.TakeAsync(round, cancellationToken));
                options.Say(FormattableString.Invariant($"round {round}/{options.Rounds}  {StartRun.Name}  {starts[^1].Seconds:0.00} s"));
            }
        }

        return DrainFindings.From(drains, starts, options.Seed, servers.Description);
    }

    // A start is short, and one alone may have been unlucky.
    private static int StartsOfARound(int rounds) => (FewestStarts + rounds - 1) / rounds;

    // Everybody who is there, in the order of the roster.
    private static (Contestant Contestant, Scenario Scenario)[] Entries(BenchOptions options, int round)
    {
        var clean = Scenario.Clean(options.Orders);
        Scenario[] besideTheLimit =
        [
            clean,
            Scenario.Envelope(options.Orders),
            Scenario.OnDisk(options.Orders),
            Scenario.Tls(options.Orders),
        ];
        (Contestant Contestant, Scenario Scenario)[] all =
        [
            .. Roster.Limit.Where(limit => limit.IsBuilt).SelectMany(limit => besideTheLimit.Select(scenario => (limit, scenario))),
            .. besideTheLimit.Select(scenario => (Roster.Workers, scenario)),
            (Roster.Workers, Scenario.Duplicates(options.Orders)),
            (Roster.Workers, Scenario.Bad(options.Orders)),
            .. Roster.Peers.Where(peer => peer.IsBuilt).Select(peer => (peer, clean.AtMost(peer.MostOrders))),
            .. round == 1 && !options.Quick ? [(Roster.Workers, Scenario.Deep())] : Array.Empty<(Contestant, Scenario)>(),
        ];
        return [.. all.Where(entry => options.Includes($"{entry.Contestant.Name}, {entry.Scenario.Name}"))];
    }

    private static string Line(DrainOutcome outcome, BenchOptions options) =>
        $"round {outcome.Round}/{options.Rounds}  {outcome.Contestant,-18}{outcome.Scenario,-22}"
        + (outcome.Disqualified is { } reason
            ? $"disqualified: {reason}"
            : FormattableString.Invariant($"{outcome.PerSecond,9:N0}/s  {outcome.ContestantMicroseconds,6:0.0} us  {outcome.PeakMegabytes,5:0} MB"));
}
