namespace Simulation.Broker;

/// <summary>What one or several messages say, byte for byte.</summary>
/// <param name="Key">The body, a character a byte.</param>
/// <param name="OrderId">The order's id; empty when it cannot be read.</param>
/// <param name="Hash">The order's content hash.</param>
/// <param name="Reason">Why it can never be an order; <see langword="null"/> for one that can.</param>
/// <param name="SqlState">With which code the database refuses it, if it does.</param>
internal sealed record Content(string Key, Guid OrderId, Guid Hash, string? Reason, string? SqlState)
{
    /// <summary>The messages that say it.</summary>
    public List<Message> Messages { get; } = [];
}
