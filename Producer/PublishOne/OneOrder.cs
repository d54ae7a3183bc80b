using System.Text.Json;
using Contracts;
using Producer.CommandLine;
using Producer.Generate;
using Producer.Publish;
using Producer.Reporting;

namespace Producer.PublishOne;

/// <summary>Gets the one order that is to be published.</summary>
internal static class OneOrder
{
    /// <summary>Reads an order, or makes one up.</summary>
    /// <param name="path">The file; <c>-</c> is stdin; <see langword="null"/> makes one up.</param>
    /// <param name="reporter">Is told why there is none.</param>
    /// <param name="stop">Stops reading.</param>
    /// <returns>The order, or the exit code when there is none.</returns>
    public static async Task<(OrderSubmitted? Value, int ExitCode)> ReadAsync(string? path, Reporter reporter, CancellationToken stop)
    {
        var json = MakeUp();
        if (path is not null)
        {
            try
            {
                await using var input = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
                json = await ReadBoundedAsync(input, stop);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                reporter.Line(exception.Message);
                return (null, ExitCodes.File);
            }
        }

        var refusal = json.Length > OrderRules.MaxBodyBytes
            ? OrderCheck.TooLong(OrderRules.MaxBodyBytes)
            : OrderCheck.Check(json.Span, out _);
        if (refusal is not null)
        {
            reporter.Line($"The order was not published: {refusal}");
            return (null, ExitCodes.Refused);
        }

        return (JsonSerializer.Deserialize(json.Span, OrderJson.Default.OrderSubmitted), ExitCodes.Ok);
    }

    private static ReadOnlyMemory<byte> MakeUp() => new OrderGenerator(new GeneratorOptions
    {
        Seed = Random.Shared.NextInt64(),
        Start = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()),
    }).Next().Json;

    private static async Task<ReadOnlyMemory<byte>> ReadBoundedAsync(Stream input, CancellationToken stop)
    {
        var mark = System.Text.Encoding.UTF8.GetPreamble();
        var buffer = new byte[OrderRules.MaxBodyBytes + mark.Length + 1];
        var length = await input.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
        var start = buffer.AsSpan(0, length).StartsWith(mark) ? mark.Length : 0;
        return buffer.AsMemory(start, length - start);
    }
}
