using System.Globalization;
using Benchmarks.Results;
using Benchmarks.Servers;

namespace Benchmarks.BulkPublish;

/// <summary>Turns the rounds into a figure, a table and a chart.</summary>
internal sealed class PublishFindings
{
    private static readonly string LimitName = BulkPublisher.Limit("", 0).Name;
    private static readonly string FileName = BulkPublisher.File("", 0).Name;

    private readonly IReadOnlyList<PublishOutcome> _outcomes;
    private readonly int _seed;

    private PublishFindings(IReadOnlyList<PublishOutcome> outcomes, int seed) => (_outcomes, _seed) = (outcomes, seed);

    /// <param name="outcomes">All rounds.</param>
    /// <param name="isPublished">Our producer was compiled ahead of time, as it is installed.</param>
    /// <param name="seed">What intervals follow from.</param>
    /// <param name="servers">Versions and settings.</param>
    public static Findings From(IReadOnlyList<PublishOutcome> outcomes, bool isPublished, int seed, IReadOnlyList<string> servers)
    {
        var findings = new PublishFindings(outcomes, seed);
        return new Findings
        {
            Figures = [.. new[] { findings.RatioToLimit(Bars.ProducerToLimit) }.OfType<Figure>()],
            Tables = [findings.Table()],
            Chart = findings.Chart(),
            Runs = outcomes,
            Servers = servers,
            Notes =
            [
                .. findings.Remarks(),
                .. isPublished ? [] : new[] { "**Plain build**: publishing the producer failed, so it compiles itself while it is measured." },
                "All publish the same messages, bodies, ids and headers alike, persistent and mandatory, with the same number of unconfirmed ones at most (5,000).",
                "The rate is over publishing alone: each program's own clock runs from its first publish to the last confirm. Process start and connecting are in no rate.",
                "C has read the file before its clock starts and sends its lines as they are; `publish` reads and checks every line meanwhile, `generate` makes the orders up meanwhile. Nobody is warmed up: whoever compiles at run time does so while being measured.",
                "CPU time is that of the whole process, its start included, by the kernel.",
                "Whoever leaves another number of messages in the queue than there are orders is disqualified.",
            ],
        };
    }

    private Figure? RatioToLimit(Bar bar)
    {
        var (ours, limit) = (Of(FileName), Of(LimitName));
        if (ours.Length == 0 || limit.Length == 0)
        {
            return null;
        }

        return Problem([.. ours, .. limit]) is { } problem
            ? bar.Disqualified(problem)
            : bar.Figure(Statistics.Ratios(ours.Select(outcome => outcome.Rate()), limit.Select(outcome => outcome.Rate())), _seed);
    }

    private ResultTable Table()
    {
        var limit = Median(Of(LimitName), outcome => outcome.PerSecond);
        return new ResultTable(
            "Publishing with confirms",
            ["program", "orders", "orders/s", "of the limit", "own CPU us", "broker us"],
            [.. Names().Select(name => Row(name, Of(name), limit))]);
    }

    private static string[] Row(string name, PublishOutcome[] outcomes, double? limit) => Problem(outcomes) is null
        ?
        [
            name,
            Numbers.Text(outcomes[0].Orders),
            Numbers.Text(Median(outcomes, outcome => outcome.PerSecond)),
            Numbers.Text(Median(outcomes, outcome => outcome.PerSecond) / limit),
            Numbers.Text(Median(outcomes, outcome => outcome.PublisherMicroseconds)),
            Numbers.Text(Median(outcomes, outcome => outcome.BrokerMicroseconds)),
        ]
        : [$"{name}, disqualified", Numbers.Text(outcomes[0].Orders), "-", "-", "-", "-"];

    private BarChart Chart() => new(
        "Orders a second, confirmed by a quorum queue",
        [.. Names().Where(name => Problem(Of(name)) is null).Select(BarOf)]);

    private ChartBar BarOf(string name)
    {
        double[] rates = [.. Of(name).Select(outcome => outcome.PerSecond!.Value)];
        return ChartBar.OfRounds(name == LimitName ? "the limit in C" : name, rates, _seed, name != LimitName);
    }

    private IEnumerable<string> Remarks()
    {
        foreach (var outcome in _outcomes.Where(outcome => outcome.Disqualified is not null))
        {
            yield return $"**Disqualified**: {outcome.Publisher}, round {outcome.Round}: {outcome.Disqualified}.";
        }

        foreach (var outcome in _outcomes.Where(outcome => outcome.StolenShare + outcome.OthersShare > MachineTimes.UsualOthersShare))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"**Not alone**: others had {outcome.StolenShare + outcome.OthersShare:P0} of the machine while {outcome.Publisher} ran, round {outcome.Round}.");
        }
    }

    // The fastest first.
    private IEnumerable<string> Names() => _outcomes
        .Select(outcome => outcome.Publisher)
        .Distinct()
        .OrderByDescending(name => Median(Of(name), outcome => outcome.PerSecond));

    private PublishOutcome[] Of(string publisher) => [.. _outcomes.Where(outcome => outcome.Publisher == publisher)];

    // One round that went wrong is enough.
    private static string? Problem(IReadOnlyList<PublishOutcome> outcomes) =>
        outcomes.Select(outcome => outcome.Disqualified).FirstOrDefault(problem => problem is not null);

    private static double? Median(IReadOnlyList<PublishOutcome> outcomes, Func<PublishOutcome, double?> figure) =>
        Statistics.MedianOf(outcomes.Select(figure));
}
