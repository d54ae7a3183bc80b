namespace DevServers;

/// <summary>Reads the system's process table. A process is named by its id and its start time, because ids are used again.</summary>
internal static class ProcessTable
{
    private const string Root = "/proc";

    // Fields of /proc/<pid>/stat, counted after the command's closing parenthesis.
    private const int State = 0;
    private const int Parent = 1;
    private const int StartTime = 19;

    /// <summary>The process's start time in clock ticks; "0" where the system has no /proc; null when it is not running.</summary>
    public static string? StartTimeOf(int pid)
    {
        if (!Directory.Exists(Root))
        {
            return Signals.Send(pid, 0) ? "0" : null;
        }

        return Read(pid) is { } fields ? fields[StartTime] : null;
    }

    public static bool IsRunning(int pid, string startTime)
    {
        return StartTimeOf(pid) == startTime;
    }

    /// <summary>Children, their children and so on, with their start times. Empty where the system has no /proc.</summary>
    public static List<(int Pid, string StartTime)> DescendantsOf(int pid)
    {
        var found = new List<(int Pid, string StartTime)>();
        if (!Directory.Exists(Root))
        {
            return found;
        }

        var all = new List<(int Pid, int Parent, string StartTime)>();
        foreach (var folder in Directory.EnumerateDirectories(Root))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && Read(id) is { } fields)
            {
                all.Add((id, int.Parse(fields[Parent]), fields[StartTime]));
            }
        }

        var parents = new HashSet<int> { pid };
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var one in all)
            {
                if (parents.Contains(one.Parent) && parents.Add(one.Pid))
                {
                    found.Add((one.Pid, one.StartTime));
                    grown = true;
                }
            }
        }

        return found;
    }

    private static string[]? Read(int pid)
    {
        string text;
        try
        {
            text = File.ReadAllText($"{Root}/{pid}/stat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The command in parentheses may hold spaces and parentheses itself, so fields start after the last one.
        var end = text.LastIndexOf(')');
        if (end < 0)
        {
            return null;
        }

        var fields = text[(end + 2)..].Split(' ');

        // A zombie holds neither memory, files nor ports; only its parent has not asked for its exit code yet.
        return fields[State] is "Z" or "X" ? null : fields;
    }
}
