using System.Text.Json;

namespace Benchmarks.BulkPublish;

/// <summary>What a bulk publisher says of itself: one JSON object on standard output.</summary>
/// <param name="Confirmed">Orders that the broker has confirmed.</param>
/// <param name="Seconds">From the first publish to the last confirm.</param>
internal sealed record PublishClaim(long Confirmed, double Seconds)
{
    /// <returns>Nothing when it is no such object.</returns>
    public static PublishClaim? Parse(string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var claim = document.RootElement;
            return new PublishClaim(claim.GetProperty("confirmed").GetInt64(), claim.GetProperty("seconds").GetDouble());
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Why it does not count; nothing when the queue holds exactly what was to be published and what is claimed.</summary>
    public static string? Problem(int exitCode, PublishClaim? claim, long inQueue, long expected) => claim switch
    {
        _ when exitCode != 0 => FormattableString.Invariant($"ended with exit code {exitCode}"),
        null => "printed no result",
        _ when inQueue < expected => FormattableString.Invariant($"lost {expected - inQueue:N0} of {expected:N0} orders"),
        _ when inQueue > expected => FormattableString.Invariant($"published {inQueue - expected:N0} orders too many"),
        _ when claim.Confirmed != expected => FormattableString.Invariant($"claims {claim.Confirmed:N0} confirms for {expected:N0} orders"),
        _ => null,
    };
}
