namespace DevServers;

/// <summary>Decides where the servers come from: the environment, Docker, or the system's packages.</summary>
internal sealed class ServerFinder(DevStackOptions options)
{
    public const string RabbitVariable = "ConnectionStrings__RabbitMq";
    public const string PostgresVariable = "ConnectionStrings__Orders";
    public const string ForceVariable = "DEVSERVERS";

    public async Task<FoundServers> FindAsync(CancellationToken cancellationToken)
    {
        if (options.Elsewhere is var (rabbit, postgres))
        {
            return External(rabbit, postgres);
        }

        var forced = Forced();
        if (forced is null && options.LookAtEnvironment && FromEnvironment() is { } external)
        {
            return external;
        }

        if (forced is ServerSource.Docker || (forced is null && options.LookAtDocker))
        {
            if (await Docker.FindAsync(options.Note, cancellationToken) is { } docker
                && await docker.HasImagesAsync(options.Note, cancellationToken))
            {
                return new FoundServers(ServerSource.Docker) { Docker = docker };
            }

            if (forced is ServerSource.Docker)
            {
                throw new DevServersException(
                    $"{ForceVariable}=docker, but Docker cannot be used: install it and start its engine, or unset {ForceVariable}.");
            }
        }

        return Packages.Find(out var missing) is { } packages
            ? new FoundServers(ServerSource.Packages) { Packages = packages }
            : throw new DevServersException(
                $"No servers to work with: {missing} not found, no usable Docker, and {RabbitVariable} and {PostgresVariable} are not set. "
                + $"Install the packages ({Packages.HowToInstall}), or start Docker, or set both variables.");
    }

    private static ServerSource? Forced()
    {
        return Environment.GetEnvironmentVariable(ForceVariable) switch
        {
            null or "" => null,
            "packages" => ServerSource.Packages,
            "docker" => ServerSource.Docker,
            var other => throw new DevServersException($"{ForceVariable} is '{other}'; it can be 'packages', 'docker' or unset."),
        };
    }

    private static FoundServers? FromEnvironment()
    {
        var rabbit = Environment.GetEnvironmentVariable(RabbitVariable);
        var postgres = Environment.GetEnvironmentVariable(PostgresVariable);
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
