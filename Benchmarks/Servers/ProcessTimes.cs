using System.Globalization;

namespace Benchmarks.Servers;

/// <summary>CPU time of processes, as the kernel counts it: everything they did, whatever they say about themselves.</summary>
internal static class ProcessTimes
{
    /// <summary>The kernel's unit of CPU time, USER_HZ: 100 on every Linux that .NET runs on.</summary>
    public const double TicksPerSecond = 100;

    /// <summary>CPU time of one process, all threads.</summary>
    public static TimeSpan Of(int pid) => Read(pid) is { } stat ? stat.Own : TimeSpan.Zero;

    /// <summary>
    /// CPU time of a process and all below it, those that have ended included: a parent inherits the time of the children it has waited for.
    /// </summary>
    public static TimeSpan OfTree(int pid)
    {
        if (Read(pid) is not { } root)
        {
            return TimeSpan.Zero;
        }

        var all = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? Read(id) : null)
            .OfType<ProcessStat>()
            .ToLookup(stat => stat.Parent);
        return Below(root);

        TimeSpan Below(ProcessStat stat) => all[stat.Pid].Aggregate(stat.Own + stat.Ended, (sum, child) => sum + Below(child));
    }

    /// <summary>CPU time of all processes that this one has started and that have ended, from their start on.</summary>
    public static TimeSpan OfEndedChildren() => Read(Environment.ProcessId)?.Ended ?? TimeSpan.Zero;

    internal static ProcessStat Parse(string stat)
    {
        // The program's name stands in brackets and may hold anything, brackets and blanks too.
        var afterName = stat.LastIndexOf(')');
        var fields = stat[(afterName + 2)..].Split(' ');
        return new ProcessStat(
            int.Parse(stat.AsSpan(0, stat.IndexOf(' ')), CultureInfo.InvariantCulture),
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            Ticks(fields[11]) + Ticks(fields[12]),
            Ticks(fields[13]) + Ticks(fields[14]));
    }

    private static TimeSpan Ticks(string text) => TimeSpan.FromSeconds(long.Parse(text, CultureInfo.InvariantCulture) / TicksPerSecond);

    private static ProcessStat? Read(int pid)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It ended while we looked.
            return null;
        }
    }
}

/// <summary>What <c>/proc/PID/stat</c> says about time.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Parent">Its parent.</param>
/// <param name="Own">User and system time of its threads.</param>
/// <param name="Ended">The same of its children that have ended.</param>
internal sealed record ProcessStat(int Pid, int Parent, TimeSpan Own, TimeSpan Ended);
