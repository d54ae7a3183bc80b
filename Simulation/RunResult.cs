namespace Simulation;

/// <summary>What became of a run.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Violation">The promise that was broken first; <see langword="null"/> when all were kept.</param>
/// <param name="TraceHash">Over all events.</param>
/// <param name="Events">How many there were.</param>
/// <param name="TimesOf">How often what has happened.</param>
/// <param name="Messages">Messages published.</param>
/// <param name="Elapsed">Simulated time.</param>
/// <param name="LastEvents">The end of the trace.</param>
internal sealed record RunResult(
    int Seed, string? Violation, ulong TraceHash, long Events, IReadOnlyDictionary<string, long> TimesOf, int Messages, TimeSpan Elapsed, IReadOnlyList<string> LastEvents)
{
    /// <summary>Rows were refused, and writes failed for other reasons as well.</summary>
    public bool HasBadRowsAndFailures => Has("refuses row {0}") && (Has("learns: rolled back") || Has("learns: nobody knows") || Has("learns: the environment"));

    /// <summary>All that somebody needs who has to find out why.</summary>
    public override string ToString() => Violation is null
        ? $"seed {Seed}: all promises kept"
        : $"""
           seed {Seed}: {Violation}
           {string.Join(Environment.NewLine, LastEvents)}
           The same again: ./run simulate --seed {Seed}
           """;

    private bool Has(string what) => TimesOf.GetValueOrDefault(what) > 0;
}
