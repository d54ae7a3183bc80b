using System.Diagnostics;

namespace DevServers;

/// <summary>A small file system that a test can fill: memory, mounted on a folder. Only root may mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private static readonly Lazy<bool> Possible = new(TryMount);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orders-disk-");

    public SmallDisk(int megabytes)
    {
        // A database takes only what its own user owns.
        Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=700,uid={SystemUser.Find("postgres")?.Id ?? 0}", "orders-disk", Path);
    }

    /// <summary>Whether this machine lets us mount one.</summary>
    public static bool IsPossible => Possible.Value;

    public string Path => _folder.FullName;

    /// <summary>Leaves no byte free until what it returns is disposed.</summary>
    public IDisposable Fill() => new Filling(System.IO.Path.Combine(Path, "filling"));

    public void Dispose()
    {
        // A server that has just been told to end may still have a file open: the mount goes when that does.
        Run("umount", "--lazy", Path);
        _folder.Delete();
    }

    private static bool TryMount()
    {
        try
        {
            new SmallDisk(1).Dispose();
            return true;
        }
        catch (Exception failure) when (failure is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors}");
        }
    }

    private sealed class Filling : IDisposable
    {
        private readonly string _file;

        public Filling(string file)
        {
            _file = file;
            using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            var piece = new byte[64 * 1024];
            try
            {
                while (true)
                {
                    stream.Write(piece);
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }

        public void Dispose() => File.Delete(_file);
    }
}
