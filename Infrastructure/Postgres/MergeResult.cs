namespace Infrastructure.Postgres;

/// <summary>What became of a batch on the idempotent path.</summary>
/// <param name="Stored">Orders that were new.</param>
/// <param name="Duplicates">Orders that were stored already with the same content.</param>
/// <param name="Conflicts">Orders that were stored already with other content; they are dead letters now.</param>
public readonly record struct MergeResult(int Stored, int Duplicates, int Conflicts);
