namespace IntegrationTests.Stack;

/// <summary>Counts what a worker said.</summary>
internal static class LogLines
{
    public const string Lost = "lost the broker and connects again";

    // Numbers of events, which operators know them by.
    public const int LaneLost = 201;
    public const int LaneConsumesAgain = 205;
    public const int BreakerOpened = 304;
    public const int BreakerClosed = 305;
    public const int HandsBack = 306;

    /// <summary>Lines that contain this.</summary>
    public static int Count(WorkerProcess worker, string text) => worker.Output.Split('\n').Count(line => line.Contains(text));

    /// <summary>The most lines that begin with the same second; JSON lines carry their time in a member.</summary>
    public static int MostInASecond(WorkerProcess worker) => worker.Output.Split('\n')
        .Select(line => line.IndexOf("\"Timestamp\":\"", StringComparison.Ordinal) is var at and >= 0 ? line.Substring(at + 13, 19) : null)
        .OfType<string>()
        .GroupBy(second => second)
        .Max(lines => (int?)lines.Count()) ?? 0;
}
