using Simulation.Sabotages;

namespace Simulation;

/// <summary>Runs many seeds, on all cores, until one breaks a promise.</summary>
/// <param name="Seeds">Seeds that were run.</param>
/// <param name="Messages">Messages of all of them.</param>
/// <param name="Events">Events of all of them.</param>
/// <param name="Elapsed">Simulated time.</param>
/// <param name="FirstViolation">The lowest seed that broke a promise; <see langword="null"/> when none did.</param>
internal sealed record SeedRange(int Seeds, long Messages, long Events, TimeSpan Elapsed, RunResult? FirstViolation)
{
    /// <summary>Seeds in which rows were refused and writes failed for other reasons as well.</summary>
    public int SeedsOfBoth { get; init; }

    /// <summary>How often what has happened, in all of them.</summary>
    public SortedDictionary<string, long> TimesOf { get; } = new(StringComparer.Ordinal);

    /// <summary>Runs them.</summary>
    /// <exception cref="OperationCanceledException">Interrupted.</exception>
    public static SeedRange Run(int from, int count, Sabotage sabotage = Sabotage.None, CancellationToken cancellationToken = default)
    {
        var gate = new Lock();
        var sum = new SeedRange(0, 0, 0, TimeSpan.Zero, null);
        Parallel.For(from, from + count, new ParallelOptions { CancellationToken = cancellationToken }, (seed, loop) =>
        {
            var result = SimulationRun.Run(seed, sabotage);
            if (result.Violation is not null)
            {
                // Lower ones are still run, so that the answer is the same every time.
                loop.Break();
            }

            lock (gate)
            {
                sum = sum.With(result);
            }
        });
        return sum;
    }

    private SeedRange With(RunResult result)
    {
        foreach (var (what, times) in result.TimesOf)
        {
            TimesOf[what] = TimesOf.GetValueOrDefault(what) + times;
        }

        return this with
        {
            Seeds = Seeds + 1,
            SeedsOfBoth = SeedsOfBoth + (result.HasBadRowsAndFailures ? 1 : 0),
            Messages = Messages + result.Messages,
            Events = Events + result.Events,
            Elapsed = Elapsed + result.Elapsed,
            FirstViolation = result.Violation is null || FirstViolation?.Seed < result.Seed ? FirstViolation : result,
        };
    }
}
