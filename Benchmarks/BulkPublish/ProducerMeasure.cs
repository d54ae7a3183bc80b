using Benchmarks.Contestants;
using Benchmarks.Results;
using Benchmarks.Servers;
using DevServers;
using Infrastructure.RabbitMq.Publishing;

namespace Benchmarks.BulkPublish;

/// <summary>How fast our producer gets many orders confirmed.</summary>
internal sealed class ProducerMeasure : IMeasure
{
    private const int MostOrders = 300_000;
    private const long Seed = 1;
    private const int Window = ConfirmedPublisherOptions.DefaultWindow;

    public string Name => "producer";

    public string Description => "How fast the producer gets orders confirmed by a quorum queue, beside a C program that does nothing else.";

    public async Task<Findings> TakeAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        var orders = Math.Min(options.Orders, MostOrders);
        options.Say("Starting RabbitMQ and PostgreSQL.");
        await using var servers = await BenchServers.StartAsync(cancellationToken);
        var file = Path.Combine(Path.GetTempPath(), $"orders-{Environment.ProcessId}.ndjson");
        try
        {
            await WriteOrdersAsync(file, orders, servers.Broker, cancellationToken);
            var outcomes = await TakeAsync(Publishers(file, orders, options), orders, servers, options, cancellationToken);
            return PublishFindings.From(outcomes, Installed.Producer.IsPublished, options.Seed, servers.Description);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<IReadOnlyList<PublishOutcome>> TakeAsync(
        BulkPublisher[] publishers, int orders, BenchServers servers, BenchOptions options, CancellationToken cancellationToken)
    {
        var run = new PublishRun(servers);
        var outcomes = new List<PublishOutcome>();
        var random = new Random(options.Seed);
        for (var round = 1; round <= options.Rounds; round++)
        {
            random.Shuffle(publishers);
            foreach (var publisher in publishers)
            {
                var outcome = await run.TakeAsync(round, publisher, orders, cancellationToken);
                outcomes.Add(outcome);
                options.Say(FormattableString.Invariant($"round {round}/{options.Rounds}  {outcome.Publisher,-20}")
                    + (outcome.Disqualified is { } reason
                        ? $"disqualified: {reason}"
                        : FormattableString.Invariant($"{outcome.PerSecond,9:N0}/s  {outcome.PublisherMicroseconds:0.0} us")));
            }
        }

        return outcomes;
    }

    private static BulkPublisher[] Publishers(string file, int orders, BenchOptions options)
    {
        BulkPublisher[] ours = [BulkPublisher.File(file, Window), BulkPublisher.Generate(orders, Seed, Window)];
        var limit = BulkPublisher.Limit(file, Window);
        if (File.Exists(limit.Program))
        {
            return [limit, .. ours];
        }

        options.Say("The C limit program is not built, so there is nothing to compare with; `./run bench` builds it.");
        return ours;
    }

    // By the program itself, so that what it makes up on the way later is the same bytes.
    private static async Task WriteOrdersAsync(string file, int orders, string broker, CancellationToken cancellationToken)
    {
        string[] arguments = ["generate", "--count", $"{orders}", "--seed", $"{Seed}", "--output", file];
        var (exitCode, _) = await PublishRun.RunAsync(Installed.Producer.Assembly, arguments, broker, cancellationToken);
        if (exitCode != 0)
        {
            throw new BenchException($"The orders could not be written to {file}: the producer ended with exit code {exitCode}.");
        }
    }
}
