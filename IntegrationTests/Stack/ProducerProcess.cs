using System.Diagnostics;
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

    public static async Task<ProducerProcess> RunWithInputAsync(Pipeline pipeline, string input, params string[] arguments)
    {
        using var process = Start(pipeline, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new ProducerProcess(process.ExitCode, await output, await errors);
    }

    private static Process Start(Pipeline pipeline, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Producer.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ConnectionStrings__RabbitMq"] = pipeline.BrokerConnectionString;
        start.Environment["RabbitMq__Pipeline"] = pipeline.Names.Pipeline;
        return Process.Start(start)!;
    }
}
