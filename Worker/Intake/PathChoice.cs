namespace Worker.Intake;

/// <summary>
/// Chooses between the optimistic path and the idempotent one. A miss of the optimistic path costs a whole batch of dead rows,
/// so after each miss the idempotent path is kept for a while, twice as long every time, until a batch proves free of duplicates.
/// </summary>
internal sealed class PathChoice
{
    /// <summary>Longest run of batches that stay on the idempotent path before the optimistic one is tried again.</summary>
    public const int LongestRun = 64;

    private int _run = 1;
    private int _batchesLeft;

    /// <summary>Whether the next batch may take the optimistic path.</summary>
    /// <param name="mayBeStored">Something in it was delivered before, or its last write ended without an answer.</param>
    public bool IsOptimistic(bool mayBeStored) => !mayBeStored && _batchesLeft == 0;

    /// <summary>The optimistic path met a key that is there already.</summary>
    public void Missed()
    {
        _batchesLeft = _run;
        _run = Math.Min(_run * 2, LongestRun);
    }

    /// <summary>The optimistic path stored a batch.</summary>
    public void Hit() => _run = 1;

    /// <summary>The idempotent path stored a batch.</summary>
    public void Merged() => _batchesLeft = Math.Max(0, _batchesLeft - 1);
}
