using DevServers;

namespace UnitTests.Deploy;

/// <summary>The files of deploy/.</summary>
internal static class Deployment
{
    public static string Folder(string name) => Path.Combine(Repository.Root!, "deploy", name);

    public static string Read(string name) => File.ReadAllText(Folder(name));
}
