namespace Worker.Intake;

/// <summary>What became of a batch that is durable now.</summary>
/// <param name="Stored">Orders that are new in the table.</param>
/// <param name="Duplicates">Orders that were there already, or twice in the batch.</param>
/// <param name="Conflicts">Orders that were there with other content.</param>
/// <param name="Elapsed">From the first attempt to the commit.</param>
internal readonly record struct BatchOutcome(int Stored, int Duplicates, int Conflicts, TimeSpan Elapsed);
