namespace UnitTests.Support;

/// <summary>The two ways of a batch into the table.</summary>
internal enum StorePath
{
    Optimistic,
    Idempotent,
}

/// <summary>One call of the store.</summary>
internal sealed record StoreAttempt(StorePath Path, IReadOnlyList<Guid> OrderIds, int DeadLetters)
{
    public int Orders => OrderIds.Count;
}
