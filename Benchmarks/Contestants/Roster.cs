using DevServers;

namespace Benchmarks.Contestants;

/// <summary>Everybody who takes part, each with the setting that suits it best.</summary>
internal static class Roster
{
    private const int PeerOrders = 60_000;
    private const int PeerWarmUpOrders = 40_000;

    // What is compiled already needs connections and caches warm, no more.
    private const int CompiledWarmUpOrders = 10_000;

    private static readonly string Root = Repository.Root ?? Environment.CurrentDirectory;

    /// <summary>The C program; whichever setting has the best median is the limit.</summary>
    public static IReadOnlyList<Contestant> Limit { get; } =
    [
        LimitSetting("C 8000/2000", prefetch: 8000, batch: 2000, processes: 1),
        LimitSetting("C 2 x 4000/1000", prefetch: 4000, batch: 1000, processes: 2),
    ];

    /// <summary>This project's worker, as it is installed.</summary>
    public static Contestant Workers { get; } = new()
    {
        Name = "Workers",
        Program = typeof(Roster).Assembly.Location,
        Arguments = [WorkersContestant.Command],
    };

    public static Contestant MassTransitEfCore { get; } = Peer("MassTransitEfCore");

    public static Contestant MassTransitBulk { get; } = Peer("MassTransitBulk");

    public static Contestant ClientEfCore { get; } = Peer("ClientEfCore");

    /// <summary>Programs such as others write them.</summary>
    public static IReadOnlyList<Contestant> Peers { get; } = [MassTransitEfCore, MassTransitBulk, ClientEfCore];

    /// <summary>
    /// The same with what suits each best when orders come slower than it can take them: small batches, and hardly any waiting for more. The C program
    /// waits for none.
    /// </summary>
    public static IReadOnlyList<Contestant> ForLatency { get; } =
    [
        Workers,
        LimitSetting("C", prefetch: 2000, batch: 1000, processes: 1, patienceMicroseconds: 0),
        MassTransitEfCore with { Arguments = ["--prefetch", "200", "--batch", "4", "--concurrency", "8", "--linger-ms", "1"] },
        MassTransitBulk with { Arguments = ["--prefetch", "200", "--batch", "4", "--concurrency", "8", "--linger-ms", "1"] },
        ClientEfCore with { Arguments = ["--prefetch", "400", "--batch", "100", "--concurrency", "4", "--linger-ms", "0"] },
    ];

    /// <summary>The program that publishes as fast as C can.</summary>
    public static string PublishLimit { get; } = LimitProgram("publish");

    private static Contestant LimitSetting(string name, int prefetch, int batch, int processes, int patienceMicroseconds = 10_000) => new()
    {
        Name = name,
        Program = LimitProgram("drain"),
        Arguments = ["--prefetch", $"{prefetch}", "--batch", $"{batch}", "--patience-us", $"{patienceMicroseconds}"],
        Processes = processes,
        UsesLibpq = true,
        MostWarmUpOrders = CompiledWarmUpOrders,
    };

    private static Contestant Peer(string name, params string[] arguments) => new()
    {
        Name = name,
        Program = Path.Combine(Root, "Benchmarks", "Peers", name, "bin", "Release", "net10.0", name + ".dll"),
        Arguments = arguments,
        MostOrders = PeerOrders,
        MostWarmUpOrders = PeerWarmUpOrders,
    };

    private static string LimitProgram(string name) => Path.Combine(Root, ".local", "bench", name);
}
