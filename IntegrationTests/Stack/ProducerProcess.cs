using System.Text.Json;

namespace IntegrationTests.Stack;

/// <summary>The producer as a user runs it: arguments in, exit code and text out.</summary>
internal sealed record ProducerProcess(int ExitCode, string Output, string Errors)
{
    /// <summary>The summary of <c>--json</c>.</summary>
    public JsonElement Summary => JsonDocument.Parse(Output).RootElement;

    public long Count(string member) => Summary.GetProperty(member).GetInt64();

    /// <summary>Runs it to its end.</summary>
    public static Task<ProducerProcess> RunAsync(Pipeline pipeline, params string[] arguments) => RunWithInputAsync(pipeline, "", arguments);

    /// <summary>The same in an environment with these variables.</summary>
    public static Task<ProducerProcess> RunAsync(Pipeline pipeline, IReadOnlyDictionary<string, string> variables, params string[] arguments) =>
        FinishAsync(RunningProducer.Start(pipeline.BrokerConnectionString, pipeline, variables, arguments), input: "");

    public static Task<ProducerProcess> RunWithInputAsync(Pipeline pipeline, string input, params string[] arguments) =>
        FinishAsync(RunningProducer.Start(pipeline, arguments), input);

    /// <summary>With settings from a folder and none from the environment.</summary>
    public static Task<ProducerProcess> RunWithCredentialsAsync(string folder, params string[] arguments) =>
        FinishAsync(RunningProducer.StartWithCredentials(folder, arguments), input: "");

    private static async Task<ProducerProcess> FinishAsync(RunningProducer started, string input)
    {
        await using var producer = started;
        await producer.WriteAsync(input);
        return await producer.EndAsync();
    }
}
