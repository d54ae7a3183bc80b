namespace Infrastructure.RabbitMq;

/// <summary>
/// As many publishes as may be outstanding in the bus each have a place, until the bus has come to an end with it; no other begins. The bus keeps what it was
/// given until the broker takes it, however long that is away and whether or not anybody still waits.
/// </summary>
internal sealed class PublishPlaces(int most, TimeProvider time)
{
    /// <summary>A publish may never end in the client when the connection breaks under it. After this long its place is another's all the same.</summary>
    public static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    private int _taken;

    /// <summary>Places that are taken.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Begins a publish and waits for its end.</summary>
    /// <returns>Ends with <see langword="false"/> at once, and nothing is begun, when no place is free.</returns>
    /// <exception cref="TimeoutException">It is forgotten.</exception>
    public async Task<bool> TryAsync(Func<Task> publish)
    {
        try
        {
            if (Interlocked.Increment(ref _taken) > most)
            {
                return false;
            }

            await publish().WaitAsync(Forgotten, time);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _taken);
        }
    }
}
