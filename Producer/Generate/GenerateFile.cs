using System.Diagnostics;
using Producer.CommandLine;
using Producer.Reporting;

namespace Producer.Generate;

/// <summary>Writes made-up orders to a file instead of publishing them, one a line.</summary>
internal static class GenerateFile
{
    private const int BufferSize = 256 * 1024;

    /// <summary>Writes them.</summary>
    /// <param name="path">The file, overwritten; <c>-</c> is stdout, and the result then goes to stderr.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> WriteAsync(
        string path, OrderGenerator generator, long count, long seed, bool asJson, Reporter reporter, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var (written, duplicates, bad) = (0L, 0L, 0L);
        try
        {
            await using var file = path == "-" ? Console.OpenStandardOutput() : File.Create(path);
            await using var buffered = new BufferedStream(file, BufferSize);
            for (; written < count && !stop.IsCancellationRequested; written++)
            {
                var order = generator.Next();
                duplicates += order.Kind is GeneratedKind.Duplicate ? 1 : 0;
                bad += order.Kind is GeneratedKind.Bad ? 1 : 0;
                buffered.Write(order.Json.Span);
                buffered.WriteByte((byte)'\n');
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            reporter.Line(exception.Message);
            return ExitCodes.File;
        }

        var summary = new Summary
        {
            Read = written,
            Published = 0,
            Confirmed = 0,
            Duplicates = duplicates,
            Bad = bad,
            Seconds = Math.Round(clock.Elapsed.TotalSeconds, 3),
            OrdersPerSecond = Math.Round(written / Math.Max(clock.Elapsed.TotalSeconds, 0.001), 1),
            Seed = seed,
            Headline = FormattableString.Invariant($"{written:N0} orders written in {clock.Elapsed.TotalSeconds:0.0} s"),
        };
        summary.Print(reporter, asJson, outputIsTaken: path == "-");
        return stop.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Ok;
    }
}
