using Worker.Failures;

namespace Worker.Intake;

/// <summary>What whoever starts the worker decides, as against the configuration.</summary>
/// <param name="Migrate">Apply missing migrations before the lanes start.</param>
internal sealed record IntakeSwitches(bool Migrate)
{
    /// <summary>How long a lane may receive nothing while messages wait. Only tests have less patience.</summary>
    public TimeSpan LongestSilence { get; init; } = LaneWatchdog.DefaultLimit;

    /// <summary>How long lanes that are not needed go on. Only tests have less patience.</summary>
    public TimeSpan Calm { get; init; } = LaneDemand.DefaultCalm;
}
