/// <summary>
/// Runs in a worker before its own code, where <see cref="Variable"/> is set, and does on standard input's word what a test cannot bring about from
/// outside. .NET finds it by its name, which has no namespace.
/// </summary>
internal static class StartupHook
{
    /// <summary>Takes every thread of the pool, as code that blocks would, until the next line.</summary>
    public const string Starve = "starve";

    // More than the pool can have threads once its growth is forbidden.
    private const int Blockers = 256;

    /// <summary>What makes .NET load it.</summary>
    public static (string Name, string Value) Variable => ("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location);

    public static void Initialize() => new Thread(Listen) { IsBackground = true }.Start();

    private static void Listen()
    {
        while (Console.In.ReadLine() is { } line)
        {
            switch (line)
            {
                case Starve:
                    StarveUntilNextLine();
                    break;
                default:
                    throw new InvalidOperationException($"No such word: {line}");
            }
        }
    }

    private static void StarveUntilNextLine()
    {
        ThreadPool.GetMinThreads(out var fewest, out _);
        ThreadPool.GetMaxThreads(out var most, out var ports);
        ThreadPool.SetMaxThreads(fewest, ports);
        using var fed = new ManualResetEvent(false);
        using var allFed = new CountdownEvent(Blockers);
        for (var blocker = 0; blocker < Blockers; blocker++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ =>
            {
                fed.WaitOne();
                allFed.Signal();
            }, null);
        }

        Console.In.ReadLine();
        fed.Set();
        ThreadPool.SetMaxThreads(most, ports);
        allFed.Wait();
    }
}
