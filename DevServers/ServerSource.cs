namespace DevServers;

/// <summary>Where servers come from, in the order of preference.</summary>
public enum ServerSource
{
    Environment,
    Docker,
    Packages,
}
