namespace DevServers.Demo;

/// <summary>Decides from what replicas and queue say whether the last message is settled, or whether nothing moves any more.</summary>
/// <param name="time">The clock.</param>
/// <param name="patience">How long nothing may move while there is work: a database that is down for a moment is not the end.</param>
/// <param name="idlePatience">How long nothing may move while nobody holds a message: then nothing is left that could.</param>
internal sealed class DrainWatch(TimeProvider time, TimeSpan patience, TimeSpan idlePatience)
{
    private readonly List<(long At, long Settled)> _samples = [];
    private long _settled = -1;
    private long _movedAt = time.GetTimestamp();
    private bool _idle;

    /// <summary>When the number of settled messages last changed.</summary>
    public long MovedAt => _movedAt;

    public bool Drained { get; private set; }

    public bool Stalled => !Drained && time.GetElapsedTime(_movedAt) > (_idle ? idlePatience : patience);

    /// <param name="confirmed">Null while the producer is at work.</param>
    public void See(IReadOnlyList<WorkerStatus> replicas, long queueDepth, long? confirmed)
    {
        var settled = replicas.Sum(replica => replica.Settled);
        if (settled != _settled)
        {
            _settled = settled;
            _movedAt = time.GetTimestamp();
            _samples.Add((_movedAt, settled));
        }

        // The depth alone would not do: what a replica holds unacknowledged is not in it.
        _idle = queueDepth == 0 && replicas.All(replica => replica.InFlight == 0);
        Drained = _idle && settled >= confirmed;
    }

    /// <summary>
    /// Messages a second between a moment and the last settled message, when that is long enough to mean something: the rate without the
    /// producer taking its share of the cores.
    /// </summary>
    public double? RateSince(long timestamp, TimeSpan atLeast)
    {
        var after = _samples.SkipWhile(sample => sample.At < timestamp).ToList();
        if (after.Count < 2)
        {
            return null;
        }

        var elapsed = time.GetElapsedTime(after[0].At, after[^1].At);
        return elapsed < atLeast ? null : (after[^1].Settled - after[0].Settled) / elapsed.TotalSeconds;
    }
}
