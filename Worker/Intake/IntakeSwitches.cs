namespace Worker.Intake;

/// <summary>What the command line decides, as against the configuration.</summary>
/// <param name="Migrate">Apply missing migrations before the lanes start.</param>
internal sealed record IntakeSwitches(bool Migrate);
