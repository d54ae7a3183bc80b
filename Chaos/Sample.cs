namespace Chaos;

/// <summary>What was seen in one second.</summary>
/// <param name="At">Seconds since the run began.</param>
/// <param name="PerSecond">Orders stored a second, by all replicas.</param>
/// <param name="Backlog">Messages waiting; <see langword="null"/> when nobody could say.</param>
/// <param name="Megabytes">Resident memory of the replica that is never ended.</param>
internal sealed record Sample(double At, double PerSecond, long? Backlog, double? Megabytes);
