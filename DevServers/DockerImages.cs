namespace DevServers;

/// <summary>The images, once.</summary>
internal static class DockerImages
{
    public const string RabbitMq = "rabbitmq:4.3-management";
    public const string Postgres = "postgres:18";

    public static readonly IReadOnlyList<string> All = [RabbitMq, Postgres];
}
