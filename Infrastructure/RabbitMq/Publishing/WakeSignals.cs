namespace Infrastructure.RabbitMq.Publishing;

/// <summary>What the caller and the pump sleep on. A signal that comes before the sleep is not lost.</summary>
internal sealed class WakeSignals
{
    private readonly SemaphoreSlim _room = new(0);
    private readonly SemaphoreSlim _work = new(0);

    public void Raise(Wake wake)
    {
        if (wake.HasFlag(Wake.Caller))
        {
            _room.Release();
        }

        if (wake.HasFlag(Wake.Pump))
        {
            _work.Release();
        }
    }

    /// <summary>The caller's sleep, until there is room.</summary>
    public Task ForRoomAsync(CancellationToken cancellationToken) => _room.WaitAsync(cancellationToken);

    /// <summary>The pump's sleep, until there is something to do or the time for its checks has come.</summary>
    public Task ForWorkAsync(TimeSpan atMost) => _work.WaitAsync(atMost);
}
