using System.Diagnostics;
using DevServers;

namespace IntegrationTests.Stack;

/// <summary>Prometheus's own tool for rules; Debian and Ubuntu have it in the package <c>prometheus</c>.</summary>
internal static class Promtool
{
    private static readonly string? Program = Executables.Find("promtool");

    public static bool IsThere => Program is not null;

    /// <summary>Runs it in the repository's root.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Program!, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
