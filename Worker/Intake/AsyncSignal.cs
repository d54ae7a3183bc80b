namespace Worker.Intake;

/// <summary>Wakes one waiter, and there is never more than one. Setting it again before anyone waited changes nothing.</summary>
internal sealed class AsyncSignal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _waiter;
    private bool _isSet;

    public void Set()
    {
        lock (_gate)
        {
            // A waiter that has given up takes no signal with it.
            _isSet = _waiter?.TrySetResult() != true;
            _waiter = null;
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_isSet)
            {
                _isSet = false;
                return Task.CompletedTask;
            }

            // Whoever sets it must not find itself doing the waiter's work.
            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return cancellationToken.CanBeCanceled ? WaitAsync(_waiter, cancellationToken) : _waiter.Task;
        }
    }

    private static async Task WaitAsync(TaskCompletionSource waiter, CancellationToken cancellationToken)
    {
        using var givingUp = cancellationToken.UnsafeRegister(
            static (waiter, cancelled) => ((TaskCompletionSource)waiter!).TrySetCanceled(cancelled), waiter);
        await waiter.Task;
    }
}
