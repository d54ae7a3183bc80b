#if FULL_REGISTRY
using DevServers;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;
#endif

namespace IntegrationTests.Stack;

/// <summary>
/// The shared servers in containers, when the tests are built with <c>-p:FullRegistry=true</c>. They end with the test run: Testcontainers sees to
/// that. Without it the servers come from where <see cref="DevServers.DevStack"/> finds them.
/// </summary>
internal static class ContainerServers
{
#if FULL_REGISTRY
    public static async Task<(string RabbitMq, string Postgres)?> StartAsync()
    {
        var rabbit = new RabbitMqBuilder(DockerImages.RabbitMq).Build();
        var postgres = new PostgreSqlBuilder(DockerImages.Postgres).WithCommand("-c", "max_connections=200").Build();
        await Task.WhenAll(rabbit.StartAsync(), postgres.StartAsync());
        return (rabbit.GetConnectionString(), postgres.GetConnectionString());
    }
#else
    public static Task<(string RabbitMq, string Postgres)?> StartAsync() => Task.FromResult<(string, string)?>(null);
#endif
}
