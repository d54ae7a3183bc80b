namespace DevServers;

/// <summary>Finds programs: on PATH first, then in the folders where packages put what a user's PATH often lacks.</summary>
internal static class Executables
{
    private static readonly string[] UsualFolders =
        ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/opt/homebrew/sbin", "/opt/homebrew/bin"];

    public static string? Find(string name)
    {
        return FindOnPath(name) ?? FindIn(UsualFolders, name);
    }

    public static string? FindOnPath(string name)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return FindIn(folders, name);
    }

    public static string? FindIn(IEnumerable<string> folders, string name)
    {
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }
}
