using Simulation;
using Simulation.Sabotages;

namespace UnitTests.Simulation;

/// <summary>
/// The intake on a simulated broker, database and clock: thousands of schedules, each with its own messages, mishaps and timing. What
/// is checked in every one of them is in docs/guarantees.md.
/// </summary>
[Collection(SimulationCollection.Name)]
public sealed class SimulationTests
{
    private const int Seeds = 10_000;

    private static readonly string[] Rarities =
    [
        "is lost", "hears that it is lost", "the consumer is cancelled", "goes away", "tag {0} waits in the overflow",
        "rejects tag {0}", "message {0} arrives in the dead queue", "the poison kills a process",
        "is killed", "is told to stop", "runs out of time", "hands back what it holds",
        "refuses everything", "refuses row {0}", "is committed, and the answer is lost", "probes",
        "learns: rolled back", "learns: nobody knows", "learns: a bad row", "learns: the environment",
    ];

    // A sabotage that needs more luck than this to be noticed would not be noticed.
    private const int SeedsToNotice = 500;

    [Fact]
    public void Whatever_happens_every_message_ends_as_one_row_or_one_dead_letter()
    {
        var range = SeedRange.Run(from: 1, Seeds);

        Assert.True(range.FirstViolation is null, range.FirstViolation?.ToString());
        Assert.Equal(Seeds, range.Seeds);
        Assert.True(range.SeedsOfBoth >= 1000, $"bad rows and failing writes met in {range.SeedsOfBoth} seeds only");

        // What never happens proves nothing.
        Assert.All(Rarities, what => Assert.True(range.TimesOf.GetValueOrDefault(what) > 100, $"'{what}' has hardly happened"));
    }

    [Fact]
    public void The_same_seed_is_the_same_schedule()
    {
        foreach (var seed in Enumerable.Range(1, 200))
        {
            var first = SimulationRun.Run(seed);
            var second = SimulationRun.Run(seed);

            Assert.Equal((seed, first.TraceHash, first.Events, first.Elapsed), (seed, second.TraceHash, second.Events, second.Elapsed));
        }
    }

    [Fact]
    public void Another_seed_is_another_schedule() =>
        Assert.Equal(200, Enumerable.Range(1, 200).Select(seed => SimulationRun.Run(seed).TraceHash).Distinct().Count());

    [Theory]
    [InlineData(Sabotage.AcknowledgesBeforeTheCommit, "before it was durable")]
    [InlineData(Sabotage.AcknowledgesWhatIsUnfinished, "before it was durable")]
    [InlineData(Sabotage.AcknowledgesOnTheNextChannel, "acknowledged")]
    [InlineData(Sabotage.ForgetsConflicts, "before it was durable")]
    [InlineData(Sabotage.RepeatsBlindly, "has 2 rows")]
    // Innocents are blamed and not stored, or stored and blamed.
    [InlineData(Sabotage.BlamesTheWholeBatch, "has 0 rows")]
    [InlineData(Sabotage.BlamesTheNeighbour, "order ")]
    [InlineData(Sabotage.InventsDeadLetters, "say what nobody has published")]
    [InlineData(Sabotage.LosesDeadLetters, "before it was durable")]
    [InlineData(Sabotage.ForgetsSuspects, "before it was durable")]
    [InlineData(Sabotage.NeverWaits, "does not wait between attempts")]
    [InlineData(Sabotage.NeverHandsBack, "held message")]
    internal void A_sabotage_is_noticed(Sabotage sabotage, string complaint)
    {
        var violation = SeedRange.Run(from: 1, SeedsToNotice, sabotage).FirstViolation;

        Assert.NotNull(violation);
        Assert.Contains(complaint, violation.Violation, StringComparison.Ordinal);
        Assert.Contains($"--seed {violation.Seed}", violation.ToString(), StringComparison.Ordinal);
    }
}
