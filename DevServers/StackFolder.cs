namespace DevServers;

/// <summary>
/// A stack's folder: data, logs, and a file that says who owns it and which processes belong to it, so that the next start can end and
/// remove what a killed owner left.
/// </summary>
internal sealed class StackFolder
{
    private const string OwnerFile = "owner";
    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    // Logs that were kept for a reader, and folders whose owner died before it could sign.
    private static readonly TimeSpan UnownedIsKept = TimeSpan.FromDays(1);

    private readonly object _owner = new();

    private StackFolder(string id, string path)
    {
        Id = id;
        Path = path;
    }

    public string Id { get; }

    public string Path { get; }

    /// <summary>When set, <see cref="Delete"/> removes the data and leaves the logs.</summary>
    public bool KeepLogs { get; set; }

    public static StackFolder Create(string? baseFolder, SystemUser? reader)
    {
        var parent = ChooseParent(baseFolder ?? DefaultParent(), reader);
        Directory.CreateDirectory(parent);
        RemoveStale(parent);

        var id = Guid.NewGuid().ToString("N")[..8];
        var path = System.IO.Path.Combine(parent, id);
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, Open);
        }

        var folder = new StackFolder(id, path);
        folder.Remember(Environment.ProcessId);
        return folder;
    }

    public string Combine(string name)
    {
        return System.IO.Path.Combine(Path, name);
    }

    public string CreateFolder(string name)
    {
        return Directory.CreateDirectory(Combine(name)).FullName;
    }

    /// <summary>Notes a process that belongs to this stack. The first one noted is the owner.</summary>
    public void Remember(int pid)
    {
        lock (_owner)
        {
            File.AppendAllText(Combine(OwnerFile), $"{Environment.MachineName} {pid} {ProcessTable.StartTimeOf(pid)}\n");
        }
    }

    public void Delete()
    {
        if (KeepLogs)
        {
            foreach (var data in Directory.GetDirectories(Path))
            {
                Directory.Delete(data, recursive: true);
            }

            File.Delete(Combine(OwnerFile));
            return;
        }

        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    /// <summary>Whether another user can reach the folder: every folder above must let everybody through.</summary>
    internal static bool OthersCanReach(string path)
    {
        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
        {
            if (folder.Exists && !folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }

    private static string ChooseParent(string wanted, SystemUser? reader)
    {
        if (reader is null || OthersCanReach(wanted))
        {
            return wanted;
        }

        var temp = TempParent(System.IO.Path.GetTempPath());
        return OthersCanReach(temp) ? temp : TempParent("/tmp");
    }

    private static string DefaultParent()
    {
        return Repository.Root is { } root ? System.IO.Path.Combine(root, ".local", "servers") : TempParent(System.IO.Path.GetTempPath());
    }

    private static string TempParent(string temp)
    {
        return System.IO.Path.Combine(temp, "orders-servers-" + Environment.UserName);
    }

    private static void RemoveStale(string parent)
    {
        foreach (var path in Directory.GetDirectories(parent))
        {
            try
            {
                RemoveIfStale(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another stack that starts now may be removing the same folder; whatever stays is tried again at the next start.
            }
        }
    }

    private static void RemoveIfStale(string path)
    {
        var file = System.IO.Path.Combine(path, OwnerFile);
        if (!File.Exists(file))
        {
            if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(path) > UnownedIsKept)
            {
                Directory.Delete(path, recursive: true);
            }

            return;
        }

        var processes = File.ReadAllLines(file)
            .Select(line => line.Split(' '))
            .Where(fields => fields.Length == 3)
            .Select(fields => (Machine: fields[0], Pid: int.Parse(fields[1]), StartTime: fields[2]))
            .ToList();

        // A shared folder may hold another machine's or container's stacks, whose process ids mean nothing here.
        if (processes.Count == 0 || processes[0].Machine != Environment.MachineName
            || ProcessTable.IsRunning(processes[0].Pid, processes[0].StartTime))
        {
            return;
        }

        foreach (var child in processes.Skip(1).Where(child => ProcessTable.IsRunning(child.Pid, child.StartTime)))
        {
            Signals.Send(child.Pid, Signals.Kill);
        }

        Directory.Delete(path, recursive: true);
    }
}
