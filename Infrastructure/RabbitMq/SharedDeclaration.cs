namespace Infrastructure.RabbitMq;

/// <summary>
/// Declares once for all who are about to publish, and again when one of them has found out that what was declared may be gone. An attempt is shared by all who
/// wait for it, and one begins <see cref="Interval"/> after the last at the earliest: each is a connection, and a broker that comes back must not meet one for
/// every order that failed while it was away.
/// </summary>
internal sealed class SharedDeclaration(Func<Task> declare, TimeProvider time)
{
    /// <summary>The least time between the beginnings of two attempts.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private Task? _attempt;
    private long? _begun;
    private bool _isDoubted;

    /// <summary>Waits until it is declared.</summary>
    /// <returns>Fails with what the attempt that was waited for failed with.</returns>
    public Task DeclaredAsync()
    {
        lock (_gate)
        {
            if (_attempt is null || (_attempt.IsCompleted && (_isDoubted || !_attempt.IsCompletedSuccessfully)))
            {
                _isDoubted = false;

                // Not under the lock, and not in the context of whoever came first: others wait for it, too, and what it starts outlives them all.
                using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
                {
                    _attempt = Task.Run(AttemptAsync);
                }
            }

            return _attempt;
        }
    }

    /// <summary>It may be gone: who comes next has it declared again.</summary>
    public void Doubt()
    {
        lock (_gate)
        {
            // Of one that is under way nobody can know yet; a failure that is heard of meanwhile is older.
            _isDoubted |= _attempt is { IsCompleted: true };
        }
    }

    private async Task AttemptAsync()
    {
        if (_begun is { } begun && Interval - time.GetElapsedTime(begun) is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time);
        }

        _begun = time.GetTimestamp();
        await declare();
    }
}
