namespace Chaos;

/// <summary>A fault that was survived, or not.</summary>
/// <param name="Name">What it was.</param>
/// <param name="At">Seconds since the run began.</param>
/// <param name="Seconds">How long it lasted.</param>
/// <param name="FirstCommitSeconds">From its end to the next commit of any replica; <see langword="null"/> when there was none in time.</param>
internal sealed record FaultEvent(string Name, double At, double Seconds, double? FirstCommitSeconds);
