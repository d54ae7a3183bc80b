namespace Worker.Operations.Reconcile;

/// <summary>An account, and which messages are missing.</summary>
/// <param name="Account">The numbers.</param>
/// <param name="MissingIds">Ids of the missing; empty when only a number was given.</param>
/// <param name="IsRunComplete">Whether the producer's run came to its end.</param>
internal sealed record Finding(Account Account, IReadOnlyList<Guid> MissingIds, bool IsRunComplete);
