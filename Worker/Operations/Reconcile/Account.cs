namespace Worker.Operations.Reconcile;

/// <summary>Where the messages that were published have ended. No I/O.</summary>
/// <param name="Published">Messages the broker confirmed.</param>
/// <param name="Duplicates">Those among them that repeat another.</param>
/// <param name="Stored">Rows in <c>orders</c>.</param>
/// <param name="DeadLetters">Rows in <c>dead_letters</c>, without those of orders that are stored too.</param>
/// <param name="Waiting">Messages in the queue and in the dead queue, those handed out not counted.</param>
internal sealed record Account(long Published, long Duplicates, long Stored, long DeadLetters, long Waiting)
{
    /// <summary>Published, and neither stored nor put aside; below zero when there is more than was published.</summary>
    public long Missing => Published - Duplicates - Stored - DeadLetters;

    public Verdict Verdict => Missing switch
    {
        0 => Verdict.AddsUp,

        // They may be what waits; only the workers can tell.
        > 0 when Missing <= Waiting => Verdict.NotYet,
        _ => Verdict.DoesNotAddUp,
    };
}
