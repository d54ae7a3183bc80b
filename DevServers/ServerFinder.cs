namespace DevServers;

/// <summary>Decides where the servers come from: the environment, Docker, or the system's packages.</summary>
internal sealed class ServerFinder(DevStackOptions options)
{
    public const string RabbitVariable = "ConnectionStrings__RabbitMq";
    public const string PostgresVariable = "ConnectionStrings__Orders";
    public const string ForceVariable = "DEVSERVERS";

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Looks for an engine that can run the servers.</summary>
    public Func<CancellationToken, Task<DockerEngine?>> FindDocker { get; init; } = async cancellationToken =>
        await DockerEngine.FindAsync(options.Note, cancellationToken) is { } engine
            && await engine.HasImagesAsync(options.Note, cancellationToken)
            ? engine
            : null;

    /// <summary>Looks for the programs of the packages.</summary>
    public Func<(Packages? Found, string Missing)> FindPackages { get; init; } = () => (Packages.Find(out var missing), missing);

    public async Task<FoundServers> FindAsync(CancellationToken cancellationToken)
    {
        var forced = Forced();
        if (forced is null && options.LookAtEnvironment && FromEnvironment() is { } external)
        {
            return external;
        }

        if (forced is ServerSource.Docker || (forced is null && options.LookAtDocker))
        {
            if (await FindDocker(cancellationToken) is { } docker)
            {
                return new FoundServers(ServerSource.Docker) { Docker = docker };
            }

            if (forced is ServerSource.Docker)
            {
                throw new DevServersException(
                    $"{ForceVariable}=docker, but Docker cannot be used: install it and start its engine, or unset {ForceVariable}.");
            }
        }

        var (packages, missing) = FindPackages();
        return packages is not null
            ? new FoundServers(ServerSource.Packages) { Packages = packages }
            : throw new DevServersException(
                $"No servers to work with: {missing} not found, no usable Docker, and {RabbitVariable} and {PostgresVariable} are not set. "
                + $"Install the packages ({Packages.HowToInstall}), or start Docker, or set both variables.");
    }

    private ServerSource? Forced()
    {
        return Variable(ForceVariable) switch
        {
            null or "" => null,
            "packages" => ServerSource.Packages,
            "docker" => ServerSource.Docker,
            var other => throw new DevServersException($"{ForceVariable} is '{other}'; it can be 'packages', 'docker' or unset."),
        };
    }

    private FoundServers? FromEnvironment()
    {
        var rabbit = Variable(RabbitVariable);
        var postgres = Variable(PostgresVariable);
        return (string.IsNullOrEmpty(rabbit), string.IsNullOrEmpty(postgres)) switch
        {
            (true, true) => null,
            (false, false) => External(rabbit!, postgres!),
            (false, true) => throw OnlyOne(RabbitVariable, PostgresVariable),
            (true, false) => throw OnlyOne(PostgresVariable, RabbitVariable),
        };
    }

    private static FoundServers External(string rabbit, string postgres)
    {
        return new FoundServers(ServerSource.Environment)
        {
            Rabbit = new ExternalServer("RabbitMQ", rabbit),
            Postgres = new ExternalServer("PostgreSQL", postgres),
        };
    }

    private static DevServersException OnlyOne(string set, string missing)
    {
        return new DevServersException($"{set} is set and {missing} is not. Set both, or none of them.");
    }
}
