namespace Benchmarks.Drain;

/// <summary>Decides from what broker and database say whether a drain is over, or whether nothing moves any more.</summary>
internal sealed class CompletionWatch(TimeProvider time, TimeSpan patience)
{
    private (long Waiting, long Stored) _seen = (-1, -1);
    private long _movedAt = time.GetTimestamp();

    /// <summary>Nothing has moved for longer than the patience.</summary>
    public bool IsStalled => time.GetElapsedTime(_movedAt) > patience;

    /// <param name="waiting">Messages in the queue.</param>
    /// <param name="stored">Orders and dead letters in the database.</param>
    public void See(long waiting, long stored)
    {
        if (_seen != (waiting, stored))
        {
            _seen = (waiting, stored);
            _movedAt = time.GetTimestamp();
        }
    }
}
