namespace DevServers;

/// <summary>Bytes that a <see cref="FaultProxy"/> waits for.</summary>
internal sealed class ByteTrigger(Way way, byte[] bytes, int times, bool swallows)
{
    private int _left = times;
    private int _fired;

    public Way Way => way;

    public bool Swallows => swallows;

    public int Length => bytes.Length;

    /// <summary>How often they have passed.</summary>
    public int Fired => Volatile.Read(ref _fired);

    public bool Fires(ReadOnlySpan<byte> seen)
    {
        if (seen.IndexOf(bytes) < 0)
        {
            return false;
        }

        // Two connections may bring them at once, and only so many may fire.
        for (var left = Volatile.Read(ref _left); left > 0; left = Volatile.Read(ref _left))
        {
            if (Interlocked.CompareExchange(ref _left, left - 1, left) == left)
            {
                Interlocked.Increment(ref _fired);
                return true;
            }
        }

        return false;
    }
}
