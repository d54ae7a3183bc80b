namespace Infrastructure.Postgres;

/// <summary>
/// What stores try with, without a message, to find out whether storing works again. The stores of a process share it: a database that refused the one
/// refuses the others too, and they need not find out with messages of their own.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class StoreTrial
{
    private TrialRows _rows = TrialRows.None;

    internal TrialRows Rows => Volatile.Read(ref _rows);

    /// <summary>These could not be stored.</summary>
    internal void Failed(TrialRows rows) => Volatile.Write(ref _rows, rows);

    /// <summary>They can now, or the store that failed with them has stored others since. What failed later stays.</summary>
    internal void Passed(TrialRows rows) => Interlocked.CompareExchange(ref _rows, TrialRows.None, rows);
}
