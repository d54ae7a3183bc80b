namespace Benchmarks.Servers;

/// <summary>A transaction that stored orders.</summary>
/// <param name="At">When the database committed it.</param>
/// <param name="Rows">Orders it stored.</param>
internal sealed record Commit(DateTimeOffset At, long Rows);
