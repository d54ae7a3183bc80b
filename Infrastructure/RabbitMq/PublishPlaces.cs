namespace Infrastructure.RabbitMq;

/// <summary>
/// Who may publish. Each publish has a place, until the bus has come to an end with it; a few of them are in the bus, the others wait for their turn. The bus
/// keeps what it was given until the broker takes it, however long that is away and whether or not anybody still waits.
/// </summary>
/// <remarks>
/// Few, because a bus does not connect again when its connection breaks while publishes wait for one another in the client. The client's queue of writes has 128
/// places. A publish that waits for one holds the channel's lock, and after a failed write nobody makes room; the client takes the same lock to tell of
/// the loss, so it never does. Publishes that all have room hold the lock for moments (RabbitMQ.Client 7.1.2 and 7.2.2 with tracked confirms; its issue 1930 is
/// what it looks like). In such a moment the bus may still dispose of the channel, and the loss is not told either: <see cref="BusSilence"/> is for that.
/// </remarks>
/// <param name="most">How many places there are.</param>
/// <param name="longestWait">How long somebody waits for a publish at most.</param>
/// <param name="time">Where time comes from.</param>
internal sealed class PublishPlaces(int most, TimeSpan longestWait, TimeProvider time)
{
    /// <summary>Publishes that may be in the bus at once: with a few frames of the client's own they all have room in its queue.</summary>
    public const int MostInBus = 100;

    /// <summary>
    /// A publish may never end in the client when the connection breaks under it. So long after nobody waits for it any more its place is another's all the same.
    /// </summary>
    public static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);

    private SemaphoreSlim _turns = new(MostInBus, MostInBus);
    private int _taken;

    /// <summary>Places that are taken.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>There is another bus: what is left in the last one takes no more turns away.</summary>
    public void Renew() => Volatile.Write(ref _turns, new SemaphoreSlim(MostInBus, MostInBus));

    /// <summary>Takes a place and waits for its turn. Whoever has both publishes with <see cref="PublishAsync"/>.</summary>
    /// <returns>The turn; none when there is no place.</returns>
    /// <exception cref="OperationCanceledException">Its turn did not come; the place is free again.</exception>
    public async Task<SemaphoreSlim?> TakeAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _taken) > most)
        {
            Interlocked.Decrement(ref _taken);
            return null;
        }

        try
        {
            var turns = Volatile.Read(ref _turns);
            await turns.WaitAsync(cancellationToken);
            return turns;
        }
        catch
        {
            Interlocked.Decrement(ref _taken);
            throw;
        }
    }

    /// <summary>Publishes and gives the place back when that has ended.</summary>
    /// <param name="turn">What <see cref="TakeAsync"/> returned.</param>
    /// <param name="publish">Publishes.</param>
    /// <exception cref="TimeoutException">It is forgotten.</exception>
    public async Task PublishAsync(SemaphoreSlim turn, Func<Task> publish)
    {
        try
        {
            await publish().WaitAsync(longestWait + Forgotten, time);
        }
        finally
        {
            turn.Release();
            Interlocked.Decrement(ref _taken);
        }
    }
}
