using Benchmarks.Servers;

namespace Benchmarks.Drain;

/// <summary>What was found after a drain.</summary>
/// <param name="Stored">The orders in the database.</param>
/// <param name="Rows">Rows of <c>orders</c>.</param>
/// <param name="DeadLetters">Rows of <c>dead_letters</c>.</param>
/// <param name="LeftInQueue">Messages that waited again once the contestant had stopped.</param>
internal sealed record Left(Contents Stored, long Rows, long DeadLetters, long LeftInQueue);

/// <summary>Decides whether a contestant did the job at all. Whoever loses, doubles or alters an order has no rate.</summary>
internal static class Books
{
    /// <returns>Why it is disqualified; nothing when everything is where it belongs.</returns>
    public static string? Problem(Published published, Left left)
    {
        var (expected, stored) = (published.Orders, left.Stored);
        return left switch
        {
            _ when stored.Orders < expected.Orders => FormattableString.Invariant($"lost {expected.Orders - stored.Orders:N0} of {expected.Orders:N0} orders"),
            _ when left.Rows > expected.Orders => FormattableString.Invariant($"stored {left.Rows - expected.Orders:N0} rows too many"),
            _ when stored.Total != expected.Total => FormattableString.Invariant($"altered totals: {stored.Total:N2} instead of {expected.Total:N2}"),
            _ when stored.PlacedAt != expected.PlacedAt => "altered times",
            _ when stored.Quantity != expected.Quantity => FormattableString.Invariant($"altered quantities: {stored.Quantity:N0} instead of {expected.Quantity:N0}"),
            _ when left.DeadLetters != published.Bad => FormattableString.Invariant($"kept {left.DeadLetters:N0} of {published.Bad:N0} bad messages"),
            _ when left.LeftInQueue > 0 => FormattableString.Invariant($"left {left.LeftInQueue:N0} messages in the queue"),
            _ => null,
        };
    }
}
