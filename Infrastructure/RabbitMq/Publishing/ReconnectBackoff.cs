namespace Infrastructure.RabbitMq.Publishing;

/// <summary>
/// Waits between attempts to connect: 100 ms doubling to 2 s, each shortened by up to half so that many publishers do not come at once.
/// </summary>
internal sealed class ReconnectBackoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private TimeSpan _next = TimeSpan.FromMilliseconds(100);

    public TimeSpan Next()
    {
        var wait = _next;
        _next = wait * 2 < Longest ? wait * 2 : Longest;
        return wait * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
