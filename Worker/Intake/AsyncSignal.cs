namespace Worker.Intake;

/// <summary>Wakes one waiter. Setting it again before anyone waited changes nothing.</summary>
internal sealed class AsyncSignal
{
    private readonly SemaphoreSlim _semaphore = new(0, 1);

    public void Set()
    {
        // The common case, once a message, is that it is set already: then nothing but this read happens.
        if (_semaphore.CurrentCount > 0)
        {
            return;
        }

        lock (_semaphore)
        {
            if (_semaphore.CurrentCount == 0)
            {
                _semaphore.Release();
            }
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _semaphore.WaitAsync(cancellationToken);
}
