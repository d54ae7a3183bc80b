using DevServers;

namespace Benchmarks.Contestants;

/// <summary>
/// One of our programs as it is installed: compiled ahead of time. `./run bench` publishes them; where that failed, the plain build takes part.
/// </summary>
/// <param name="Assembly">Its path.</param>
/// <param name="IsPublished">It is the published one.</param>
internal sealed record Installed(string Assembly, bool IsPublished)
{
    public static Installed Worker { get; } = Find("Worker");

    public static Installed Producer { get; } = Find("Producer");

    private static Installed Find(string name)
    {
        var published = Path.Combine(Repository.Root ?? Environment.CurrentDirectory, ".local", "bench", name, name + ".dll");
        return File.Exists(published)
            ? new Installed(published, IsPublished: true)
            : new Installed(Path.Combine(AppContext.BaseDirectory, name + ".dll"), IsPublished: false);
    }
}
