using Benchmarks.Contestants;
using Infrastructure.RabbitMq;

namespace Benchmarks.BulkPublish;

/// <summary>A program that publishes many orders with confirms and says how long that took.</summary>
/// <param name="Name">How results call it.</param>
/// <param name="Program">An executable, or a .NET assembly.</param>
/// <param name="Arguments">What it is started with, for a broker's address and a pipeline.</param>
internal sealed record BulkPublisher(string Name, string Program, Func<string, TopologyNames, string[]> Arguments)
{
    /// <summary>Publishes a file in C.</summary>
    public static BulkPublisher Limit(string file, int window) => new(
        "C", Roster.PublishLimit, (broker, names) => ["--broker", broker, "--exchange", names.Exchange, "--window", $"{window}", "--file", file]);

    /// <summary>Publishes the same file with our producer, which checks every line before.</summary>
    public static BulkPublisher File(string file, int window) => new(
        "producer publish", Installed.Producer.Assembly, (_, names) => ["publish", file, .. Bulk(names, window)]);

    /// <summary>Lets our producer make up the same orders on the way.</summary>
    public static BulkPublisher Generate(int count, long seed, int window) => new(
        "producer generate",
        Installed.Producer.Assembly,
        (_, names) => ["generate", "--count", $"{count}", "--seed", $"{seed}", .. Bulk(names, window)]);

    private static string[] Bulk(TopologyNames names, int window) => ["--pipeline", names.Pipeline, "--window", $"{window}", "--json"];
}
