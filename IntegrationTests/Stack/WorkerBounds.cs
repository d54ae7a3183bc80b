namespace IntegrationTests.Stack;

/// <summary>What no fault may make a worker exceed.</summary>
internal static class WorkerBounds
{
    /// <summary>What a worker has without any message, and what its lanes may hold.</summary>
    public const int UsualMebibytes = 400;

    private const int MostLinesASecond = 20;
    private const int MostConnectionsASecond = 20;
    private const int MiB = 1 << 20;

    /// <summary>How many lines it wrote in its loudest second; <see langword="null"/> when they are few enough.</summary>
    public static string? Loud(int linesASecond) =>
        linesASecond > MostLinesASecond ? $"a worker wrote {linesASecond} log lines in a second, and at most {MostLinesASecond} are allowed" : null;

    /// <summary>How much memory it had at its peak; <see langword="null"/> when it is little enough.</summary>
    public static string? Large(long peakBytes, int mostMebibytes) =>
        peakBytes / MiB > mostMebibytes ? $"a worker had {peakBytes / MiB} MiB in memory, and at most {mostMebibytes} are allowed" : null;

    /// <summary>How many connections it made in its most eager second; <see langword="null"/> when they are few enough.</summary>
    public static string? Eager(int connectionsASecond) =>
        connectionsASecond > MostConnectionsASecond
            ? $"a worker made {connectionsASecond} connections in a second, and at most {MostConnectionsASecond} are allowed"
            : null;

    /// <summary>Whether something ended it that nobody caught.</summary>
    public static string? Crashed(string output) =>
        output.Contains("Unhandled exception", StringComparison.Ordinal) ? $"a worker ended by itself:{Environment.NewLine}{output}" : null;
}
