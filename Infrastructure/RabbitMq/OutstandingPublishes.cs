namespace Infrastructure.RabbitMq;

/// <summary>
/// Counts the publishes that the bus has not come to an end with, and lets no more of them begin than it is told. The bus keeps what it was
/// given until the broker takes it, however long that is away and whether or not anybody still waits.
/// </summary>
internal sealed class OutstandingPublishes(int most, TimeProvider time)
{
    /// <summary>A publish may never end in the client when the connection breaks under it. After this long its place is another's all the same.</summary>
    public static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Begins a publish and waits for its end.</summary>
    /// <returns>Ends with <see langword="false"/> at once, and nothing is begun, when too many are outstanding.</returns>
    /// <exception cref="TimeoutException">It is forgotten.</exception>
    public async Task<bool> TryAsync(Func<Task> publish)
    {
        try
        {
            if (Interlocked.Increment(ref _count) > most)
            {
                return false;
            }

            await publish().WaitAsync(Forgotten, time);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
