namespace UnitTests.Telemetry;

/// <summary>Tests that listen to spans and measurements, one at a time: who listens is heard by the whole process.</summary>
[CollectionDefinition(Name)]
public sealed class TelemetryCollection
{
    public const string Name = "telemetry";
}
