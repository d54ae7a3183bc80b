namespace Benchmarks.Servers;

/// <summary>Orders summed up: what was published and what is stored must be the same.</summary>
/// <param name="Orders">Different order ids.</param>
/// <param name="Total">Sum of their totals.</param>
/// <param name="PlacedAt">Sum of the times they were placed at, in Unix microseconds.</param>
/// <param name="Quantity">Sum of the quantities of all lines.</param>
internal sealed record Contents(long Orders, decimal Total, decimal PlacedAt, long Quantity);
