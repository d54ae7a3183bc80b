using System.CommandLine;

namespace Producer.CommandLine;

/// <summary>Options that several commands share. Each command has its own instances.</summary>
internal static class CommonOptions
{
    public static Option<string?> Pipeline() => new("--pipeline")
    {
        Description = "Name of the pipeline: its exchange and queue [default: RabbitMq:Pipeline, else orders]",
        HelpName = "name",
    };

    public static Option<bool> Json() => new("--json") { Description = "Print the result as one JSON object" };
}
