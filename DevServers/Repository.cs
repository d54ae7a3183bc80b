namespace DevServers;

/// <summary>Where the repository is, seen from the built program or from the working folder.</summary>
internal static class Repository
{
    private const string Marker = "Workers.sln";

    public static readonly string? Root = FindAbove(AppContext.BaseDirectory) ?? FindAbove(Environment.CurrentDirectory);

    private static string? FindAbove(string path)
    {
        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Marker)))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
