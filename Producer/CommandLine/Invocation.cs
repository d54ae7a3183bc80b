using System.CommandLine;
using System.CommandLine.Invocation;

namespace Producer.CommandLine;

/// <summary>Runs the command that the arguments name.</summary>
internal static class Invocation
{
    // Confirms are waited for after Ctrl-C, and the rest is reported; only then the process may be ended for us.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction error)
        {
            // The error is what matters; it would scroll away above a page of help.
            error.ShowHelp = false;
        }

        var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = StopPatience });
        return parsed.Action is ParseErrorAction ? ExitCodes.Usage : exitCode;
    }
}
