namespace DevServers;

/// <summary>Bytes that a <see cref="FaultProxy"/> waits for.</summary>
/// <param name="way">Which way they go.</param>
/// <param name="bytes">What to look for.</param>
/// <param name="effect">What becomes of the connection.</param>
/// <param name="times">How often that happens.</param>
/// <param name="passes">How many pieces with these bytes pass unharmed before.</param>
/// <param name="act">What else happens then.</param>
internal sealed class ByteTrigger(Way way, byte[] bytes, TriggerEffect effect, int times = 1, int passes = 0, Action? act = null)
{
    private int _left = times;
    private int _passes = passes;
    private int _fired;

    public Way Way => way;

    public TriggerEffect Effect => effect;

    public int Length => bytes.Length;

    /// <summary>What is handed on before them.</summary>
    public byte[] Slipped { get; init; } = [];

    /// <summary>The end of the answer to that which is kept back; nothing, if it may arrive.</summary>
    public byte[] Unheard { get; init; } = [];

    /// <summary>How often they have passed.</summary>
    public int Fired => Volatile.Read(ref _fired);

    /// <summary>Looks for the bytes in a piece that has just come.</summary>
    /// <param name="seen">The piece, behind the end of the one before.</param>
    /// <param name="before">How many bytes that end has; what lies in it entirely was found then.</param>
    /// <returns>Where they begin, if it is their turn; otherwise -1.</returns>
    public int Find(ReadOnlySpan<byte> seen, int before)
    {
        // Nothing can be slipped in before what has been handed on.
        var from = effect == TriggerEffect.SlipIn ? before : Math.Max(0, before - (bytes.Length - 1));
        var at = seen[from..].IndexOf(bytes);
        return at >= 0 && Interlocked.Decrement(ref _passes) < 0 && TakesOneOff() ? from + at : -1;
    }

    /// <summary>The connection has been dealt with.</summary>
    public void Fire()
    {
        act?.Invoke();
        Interlocked.Increment(ref _fired);
    }

    // Two connections may bring them at once, and only so many may fire.
    private bool TakesOneOff()
    {
        for (var left = Volatile.Read(ref _left); left > 0; left = Volatile.Read(ref _left))
        {
            if (Interlocked.CompareExchange(ref _left, left - 1, left) == left)
            {
                return true;
            }
        }

        return false;
    }
}
