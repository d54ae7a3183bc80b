using System.Diagnostics;
using DevServers;

namespace IntegrationTests.Stack;

/// <summary>A program of others that a test wants to ask and that a machine may not have.</summary>
internal sealed class Tool
{
    /// <summary>Prometheus's own for rules; Debian and Ubuntu have it in the package <c>prometheus</c>.</summary>
    public static readonly Tool Promtool = new("promtool", [], "--version");

    /// <summary>Compose, as a plugin of the <c>docker</c> command. What it reads and resolves can be seen without an engine.</summary>
    public static readonly Tool Compose = new("docker", ["compose"], "version");

    /// <summary>Kubernetes's own; what it renders needs no cluster.</summary>
    public static readonly Tool Kubectl = new("kubectl", [], "help");

    /// <summary>What systemd thinks of a unit, running or not.</summary>
    public static readonly Tool SystemdAnalyze = new("systemd-analyze", [], "--version");

    /// <summary>The shell of our scripts.</summary>
    public static readonly Tool Bash = new("bash", [], "--version");

    private readonly string _name;
    private readonly string? _program;
    private readonly string[] _always;
    private readonly Lazy<bool> _isThere;

    private Tool(string name, string[] always, string question)
    {
        _name = string.Join(' ', [name, .. always]);
        _program = Executables.Find(name);
        _always = always;
        _isThere = new Lazy<bool>(() => _program is not null && RunAsync([question]).GetAwaiter().GetResult().ExitCode == 0);
    }

    public bool IsThere => _isThere.Value;

    public override string ToString() => _name;

    /// <summary>Runs it in the repository's root.</summary>
    /// <param name="arguments">What it is asked.</param>
    /// <param name="environment">Variables that it has besides its usual ones.</param>
    public async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(_program!, [.. _always, .. arguments])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
