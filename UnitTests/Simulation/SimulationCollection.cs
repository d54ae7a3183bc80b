namespace UnitTests.Simulation;

/// <summary>
/// The simulation keeps every thread of the pool busy for as long as it runs, and the pool adds none while the processors are. Beside it a test that
/// waits for other tasks would wait for its end.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SimulationCollection
{
    public const string Name = "simulation";
}
