using System.Diagnostics;

namespace DevServers;

/// <summary>
/// A process of ours, in a session of its own so that a terminal's Ctrl-C reaches only us and we stop it in order. It ends when we end,
/// even when we are killed with -9.
/// </summary>
internal sealed class ChildProcess
{
    // "exec" all the way: shell, setsid and setpriv replace themselves, so the process id is the program's own.
    private const string OutputToFile = "exec \"$@\" </dev/null >>\"$0\" 2>&1";
    private const string OutputToFileErrorsToOurs = "exec \"$@\" </dev/null >>\"$0\"";

    private static readonly string? SetSid = Executables.Find("setsid");
    private static readonly Lazy<string?> SetPriv = new(FindSetPriv);

    private readonly Process _process;

    private ChildProcess(Process process, string output)
    {
        _process = process;
        Pid = process.Id;
        Output = output;
        StartTime = ProcessTable.StartTimeOf(Pid) ?? "";
        Exited = process.WaitForExitAsync(CancellationToken.None);
    }

    public int Pid { get; }

    public string StartTime { get; }

    public string Output { get; }

    public Task Exited { get; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public static ChildProcess Start(ChildCommand command)
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = command.WorkingFolder ?? "" };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command.ErrorsToOurs ? OutputToFileErrorsToOurs : OutputToFile);
        start.ArgumentList.Add(command.Output);
        foreach (var word in Wrapped(command))
        {
            start.ArgumentList.Add(word);
        }

        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        var process = ChildThread.Run(() => Process.Start(start))
            ?? throw new DevServersException($"{command.Program} could not be started.");

        return new ChildProcess(process, command.Output);
    }

    public void Signal(int signal)
    {
        if (!HasExited)
        {
            Signals.Send(Pid, signal);
        }
    }

    /// <summary>Waits for the end; false when it had not come in time.</summary>
    public async Task<bool> WaitAsync(TimeSpan patience, CancellationToken cancellationToken = default)
    {
        try
        {
            await Exited.WaitAsync(patience, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Sends the signals in order, each with its patience, until the process has ended; the last resort is -9.</summary>
    public async Task StopAsync(params (int Signal, TimeSpan Patience)[] signals)
    {
        foreach (var (signal, patience) in signals)
        {
            Signal(signal);
            if (await WaitAsync(patience))
            {
                return;
            }
        }

        Signal(Signals.Kill);
        await Exited;
    }

    /// <summary>The end of its output, for an error message. Stack frames are left out: what happened stands above them.</summary>
    public string LastLines(int count = 15)
    {
        try
        {
            var lines = File.ReadLines(Output)
                .Where(line => line.Length > 0 && !line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
            return string.Join('\n', lines.TakeLast(count).Select(line => "  " + line));
        }
        catch (IOException e)
        {
            return $"  (its output could not be read: {e.Message})";
        }
    }

    private static IEnumerable<string> Wrapped(ChildCommand command)
    {
        if (SetSid is not null)
        {
            yield return SetSid;
        }

        if (SetPriv.Value is { } setPriv)
        {
            yield return setPriv;
            yield return "--pdeathsig=" + command.DeathSignal;
            if (command.User is not null)
            {
                yield return "--reuid=" + command.User;
                yield return "--regid=" + command.User;
                yield return "--init-groups";
            }

            yield return "--";
        }
        else if (command.User is not null)
        {
            throw new DevServersException(
                $"{command.Program} must not run as root and setpriv, which starts it as user {command.User}, is missing: "
                + "install util-linux, or run as another user.");
        }

        yield return command.Program;
        foreach (var argument in command.Arguments)
        {
            yield return argument;
        }
    }

    private static string? FindSetPriv()
    {
        if (!OperatingSystem.IsLinux() || Executables.Find("setpriv") is not { } path)
        {
            return null;
        }

        // BusyBox has a setpriv too, one that knows none of what is needed here.
        var start = new ProcessStartInfo(path, "--help") { RedirectStandardOutput = true, RedirectStandardError = true };
        using var help = Process.Start(start);
        if (help is null)
        {
            return null;
        }

        var errors = help.StandardError.ReadToEndAsync();
        var text = help.StandardOutput.ReadToEnd() + errors.Result;
        help.WaitForExit();
        return text.Contains("--pdeathsig") ? path : null;
    }
}
