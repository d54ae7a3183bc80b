using DevServers;
using DotNet.Testcontainers.Configurations;

namespace UnitTests.DevServers;

/// <summary>Connection strings come before Docker, and Docker before packages.</summary>
public sealed class ServerFinderTests
{
    private const string Broker = "amqp://somewhere/";
    private const string Database = "Host=somewhere";

    // Nothing listens there, and nothing is asked.
    private static readonly DockerEngine Engine = new(new DockerEndpointAuthenticationConfiguration(new Uri("unix:///nowhere/docker.sock")));
    private static readonly Packages Programs = new("rabbitmq-server", "epmd", "initdb", "postgres");

    [Theory]
    [InlineData(null, true, true, ServerSource.Environment)]
    [InlineData(null, false, true, ServerSource.Docker)]
    [InlineData(null, false, false, ServerSource.Packages)]
    [InlineData("", true, true, ServerSource.Environment)]
    [InlineData("docker", true, true, ServerSource.Docker)]
    [InlineData("packages", true, true, ServerSource.Packages)]
    public async Task Servers_come_from_the_first_source_that_has_them(string? forced, bool named, bool docker, ServerSource expected)
    {
        var found = await FindAsync(new DevStackOptions(), forced, named ? Broker : null, named ? Database : null, docker);

        Assert.Equal(expected, found.Source);
        Assert.Equal(expected == ServerSource.Environment ? Broker : null, found.Rabbit?.ConnectionString);
        Assert.Equal(expected == ServerSource.Docker ? Engine : null, found.Docker);
        Assert.Equal(expected == ServerSource.Packages ? Programs : null, found.Packages);
    }

    [Fact]
    public async Task Private_servers_are_not_those_of_the_environment()
    {
        var found = await FindAsync(new DevStackOptions { LookAtEnvironment = false }, forced: null, Broker, Database);

        Assert.Equal(ServerSource.Docker, found.Source);
    }

    [Fact]
    public async Task Servers_whose_processes_are_needed_come_from_packages()
    {
        var found = await FindAsync(new DevStackOptions { LookAtEnvironment = false, LookAtDocker = false }, forced: null, Broker, Database);

        Assert.Equal(ServerSource.Packages, found.Source);
    }

    [Theory]
    [InlineData("podman", null, null, "DEVSERVERS is 'podman'")]
    [InlineData("docker", null, null, "DEVSERVERS=docker, but Docker cannot be used")]
    [InlineData(null, Broker, null, "ConnectionStrings__Orders is not")]
    [InlineData(null, null, Database, "ConnectionStrings__RabbitMq is not")]
    [InlineData(null, null, null, "No servers to work with: rabbitmq-server not found")]
    public async Task What_cannot_be_chosen_is_said_with_what_to_do(string? forced, string? rabbit, string? postgres, string expected)
    {
        var error = await Assert.ThrowsAsync<DevServersException>(
            () => FindAsync(new DevStackOptions(), forced, rabbit, postgres, docker: false, packages: false));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static Task<FoundServers> FindAsync(
        DevStackOptions options, string? forced, string? rabbit, string? postgres, bool docker = true, bool packages = true)
    {
        var finder = new ServerFinder(options)
        {
            Variable = name => name switch
            {
                ServerFinder.ForceVariable => forced,
                ServerFinder.RabbitVariable => rabbit,
                ServerFinder.PostgresVariable => postgres,
                _ => null,
            },
            FindDocker = _ => Task.FromResult(docker ? Engine : null),
            FindPackages = () => packages ? (Programs, "") : (null, "rabbitmq-server"),
        };
        return finder.FindAsync(CancellationToken.None);
    }
}
