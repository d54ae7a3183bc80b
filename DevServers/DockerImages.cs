namespace DevServers;

/// <summary>The images, once.</summary>
internal static class DockerImages
{
    public const string RabbitMq = "rabbitmq:4.3.5-management";
    public const string Postgres = "postgres:18.3";

    public static readonly IReadOnlyList<string> All = [RabbitMq, Postgres];
}
