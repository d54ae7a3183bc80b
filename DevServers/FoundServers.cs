namespace DevServers;

/// <summary>What <see cref="ServerFinder"/> found, with what its source needs.</summary>
internal sealed record FoundServers(ServerSource Source)
{
    public DockerEngine? Docker { get; init; }

    public Packages? Packages { get; init; }

    public ExternalServer? Rabbit { get; init; }

    public ExternalServer? Postgres { get; init; }
}
