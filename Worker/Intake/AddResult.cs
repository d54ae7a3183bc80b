namespace Worker.Intake;

/// <summary>What became of a delivery that was offered to a batch.</summary>
internal enum AddResult
{
    /// <summary>The batch answers for it: as a row, a duplicate of one, or a dead letter.</summary>
    Added,

    /// <summary>The batch has no room. Offer it to the next one.</summary>
    Full,

    /// <summary>
    /// The batch holds the same order with other content. Which of the two is right only the table can tell, once this batch is
    /// stored; so the batch takes nothing more, and the delivery belongs to the next one.
    /// </summary>
    Conflicts,
}
