using System.Diagnostics;

namespace DevServers;

/// <summary>A server started from the system's packages as a child of ours: its processes, whatever program it is.</summary>
internal abstract class PackagedServer(StackFolder folder, TimeSpan startTimeout) : DevServer
{
    // A lost race for a port shows only when the server tries to listen.
    private const int Attempts = 5;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan UnreadyPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeftoverPatience = TimeSpan.FromSeconds(5);

    private readonly List<(int Pid, string StartTime)> _paused = [];
    private ChildProcess? _process;

    public override string Log => folder.Combine(LogName);

    public override int Pid => Running.Pid;

    internal override Task Ended => _process?.Exited ?? Task.CompletedTask;

    protected StackFolder Folder => folder;

    protected abstract string LogName { get; }

    /// <summary>Signals for an orderly end, each with its patience.</summary>
    protected abstract (int Signal, TimeSpan Patience)[] StopSignals { get; }

    private ChildProcess Running => _process is { HasExited: false } process
        ? process
        : throw new InvalidOperationException($"{Name} is not running. Its log is {Log}.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        for (var attempt = 1; ; attempt++)
        {
            await PrepareAsync(cancellationToken);
            if (await TryStartAsync(clock, cancellationToken))
            {
                await FinishAsync(cancellationToken);
                return;
            }

            if (attempt == Attempts || !LostItsPort())
            {
                throw EndedEarly();
            }
        }
    }

    public override async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        if (_process is { HasExited: false })
        {
            throw new InvalidOperationException($"{Name} is still running as process {_process.Pid}.");
        }

        // After kill -9 of PostgreSQL its backends live for a moment and hold the shared memory, which the new server refuses to share.
        var clock = Stopwatch.StartNew();
        while (!await TryStartAsync(clock, cancellationToken))
        {
            if (clock.Elapsed > startTimeout)
            {
                throw EndedEarly();
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    public override async Task KillAsync(CancellationToken cancellationToken = default)
    {
        var process = Running;
        process.Signal(Signals.Kill);
        await process.Exited.WaitAsync(cancellationToken);

        // Frozen helpers would never notice that their main process is gone.
        Resume();
    }

    public override async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_process is not { HasExited: false } process)
        {
            return;
        }

        Resume();
        var helpers = ProcessTable.DescendantsOf(process.Pid);
        await process.StopAsync(StopSignals);
        await EndAsync(helpers);
    }

    public override void Pause()
    {
        // The main process first: once it is frozen it starts no more helpers that the list would miss.
        var pid = Running.Pid;
        Signals.Send(pid, Signals.Stop);
        _paused.Add((pid, Running.StartTime));
        foreach (var helper in ProcessTable.DescendantsOf(pid))
        {
            Signals.Send(helper.Pid, Signals.Stop);
            _paused.Add(helper);
        }
    }

    public override void Resume()
    {
        foreach (var (pid, startTime) in Enumerable.Reverse(_paused))
        {
            if (ProcessTable.IsRunning(pid, startTime))
            {
                Signals.Send(pid, Signals.Continue);
            }
        }

        _paused.Clear();
    }

    internal override Task RemoveAsync()
    {
        return StopAsync(CancellationToken.None);
    }

    internal override void RemoveNow()
    {
        if (_process is not { HasExited: false } process)
        {
            return;
        }

        var helpers = ProcessTable.DescendantsOf(process.Pid);
        process.Signal(Signals.Kill);
        foreach (var helper in helpers.Where(helper => ProcessTable.IsRunning(helper.Pid, helper.StartTime)))
        {
            Signals.Send(helper.Pid, Signals.Kill);
        }
    }

    /// <summary>Chooses ports and writes what the server needs to start. Called again when a port was lost to another process.</summary>
    protected abstract Task PrepareAsync(CancellationToken cancellationToken);

    protected abstract ChildProcess Launch();

    /// <summary>Whether clients can connect, and to this very server.</summary>
    protected abstract Task<bool> IsReadyAsync(CancellationToken cancellationToken);

    /// <summary>What is left to do once, after the first start.</summary>
    protected virtual Task FinishAsync(CancellationToken cancellationToken)
    {
        return Task.CompletedTask;
    }

    protected virtual bool LostItsPort()
    {
        var text = _process?.LastLines(200) ?? "";
        return text.Contains("eaddrinuse", StringComparison.OrdinalIgnoreCase)
            || text.Contains("address already in use", StringComparison.OrdinalIgnoreCase);
    }

    private static async Task EndAsync(List<(int Pid, string StartTime)> helpers)
    {
        var clock = Stopwatch.StartNew();
        while (helpers.Any(helper => ProcessTable.IsRunning(helper.Pid, helper.StartTime)))
        {
            if (clock.Elapsed > LeftoverPatience)
            {
                foreach (var helper in helpers.Where(helper => ProcessTable.IsRunning(helper.Pid, helper.StartTime)))
                {
                    Signals.Send(helper.Pid, Signals.Kill);
                }

                return;
            }

            await Task.Delay(PollInterval);
        }
    }

    /// <summary>True when ready, false when the process ended before it was.</summary>
    private async Task<bool> TryStartAsync(Stopwatch clock, CancellationToken cancellationToken)
    {
        var process = Launch();
        _process = process;
        folder.Remember(process.Pid);
        var ready = false;
        try
        {
            ready = await WaitUntilReadyAsync(process, clock, cancellationToken);
            return ready;
        }
        finally
        {
            if (!ready)
            {
                // It holds nobody's data yet, and in the first second of its start it may not even listen to signals.
                await process.StopAsync([.. StopSignals.Select(signal => (signal.Signal, UnreadyPatience))]);
            }
        }
    }

    private async Task<bool> WaitUntilReadyAsync(ChildProcess process, Stopwatch clock, CancellationToken cancellationToken)
    {
        while (!process.HasExited)
        {
            // Who listens on a port that this server lost may never answer, or may answer in its place. Only while it runs does an answer
            // count.
            var ready = IsReadyAsync(cancellationToken);
            await Task.WhenAny(ready, process.Exited);
            if (process.HasExited)
            {
                return false;
            }

            if (await ready)
            {
                return true;
            }

            if (clock.Elapsed > startTimeout)
            {
                throw new DevServersException(
                    $"{Name} did not accept clients within {startTimeout.TotalSeconds:0} s "
                    + $"({nameof(DevStackOptions)}.{nameof(DevStackOptions.StartTimeout)}). "
                    + $"Its log is {Log} and ends with:\n{process.LastLines()}");
            }

            await Task.WhenAny(process.Exited, Task.Delay(PollInterval, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }

        return false;
    }

    private DevServersException EndedEarly()
    {
        return new DevServersException($"{Name} ended with exit code {_process!.ExitCode} while it started. "
            + $"Its log is {Log} and ends with:\n{_process.LastLines()}");
    }
}
