namespace UnitTests.Support;

/// <summary>Something that is counted, and that a test can wait for. Never waits longer than the deadline.</summary>
internal sealed class Milestone
{
    private readonly Lock _gate = new();
    private readonly List<(long Count, TaskCompletionSource Reached)> _waiting = [];
    private long _count;

    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    public void Pass() => Raise(count => count + 1);

    /// <summary>For what is numbered already, as delivery tags are.</summary>
    public void PassTo(long count) => Raise(_ => count);

    public Task Reach(long count)
    {
        lock (_gate)
        {
            if (_count >= count)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return reached.Task.OrTooLate($"{count} was not reached");
        }
    }

    private void Raise(Func<long, long> next)
    {
        lock (_gate)
        {
            _count = next(_count);
            foreach (var (count, reached) in _waiting)
            {
                if (_count >= count)
                {
                    reached.TrySetResult();
                }
            }
        }
    }
}
