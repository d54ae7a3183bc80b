namespace Worker.Intake;

/// <summary>
/// Decides whether the lanes besides the first take part. What one lane stores with one commit, two store with two, each of which costs broker and
/// database the same. So the others rest, each at its channel without a consumer, until the orders that gather while a batch is written say that the
/// first lane does not keep up, or until it does not consume.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LaneDemand
{
    /// <summary>Longer than the pauses of a load that comes in bursts.</summary>
    public static readonly TimeSpan DefaultCalm = TimeSpan.FromSeconds(5);

    // Of a full batch. At an eighth a commit's fixed price has become a small part of what its rows cost, and commits at the same time are no waste.
    // Two lanes gather half of what one did, so what keeps them awake is less.
    private const int WakingPart = 8;
    private const int KeepingPart = 32;

    private readonly Lock _gate = new();
    private readonly TimeSpan _calm;
    private readonly TimeProvider _time;
    private readonly int _keeping;
    private readonly int _waking;
    private readonly List<TaskCompletionSource> _resting = [];
    private long _lastSign;
    private bool _isFirstConsuming;

    // Until the first lane consumes.
    private bool _areNeeded = true;

    /// <param name="maxBatch">Orders of a full batch.</param>
    /// <param name="calm">Without a sign of it for so long, the load that woke the lanes is over.</param>
    /// <param name="time">The clock.</param>
    public LaneDemand(int maxBatch, TimeSpan calm, TimeProvider time)
    {
        _calm = calm;
        _time = time;
        _waking = Math.Max(1, maxBatch / WakingPart);
        _keeping = Math.Max(1, maxBatch / KeepingPart);
    }

    /// <summary>So many deliveries are in a filling batch now.</summary>
    /// <param name="deliveries">Whoever fills it counts by one.</param>
    /// <param name="isFull">Nothing more goes in, which may come of large orders rather than of many.</param>
    public void Gathered(int deliveries, bool isFull)
    {
        // Asked for every delivery, and nearly always no.
        if (deliveries == _waking || isFull)
        {
            FallsBehind();
        }
        else if (deliveries == _keeping)
        {
            lock (_gate)
            {
                _lastSign = _areNeeded ? _time.GetTimestamp() : _lastSign;
            }
        }
    }

    /// <summary>A lane does not keep up, so all are needed.</summary>
    public void FallsBehind()
    {
        lock (_gate)
        {
            Wake();
        }
    }

    /// <summary>Whether the first lane consumes. While it does not, the others do.</summary>
    public void FirstLaneConsumes(bool isConsuming)
    {
        lock (_gate)
        {
            _isFirstConsuming = isConsuming;
            Wake();
        }
    }

    /// <summary>Ends as soon as the others are needed.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public async Task NeededAsync(CancellationToken cancellationToken)
    {
        // Whoever says that lanes are needed must not find itself connecting them.
        var needed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_areNeeded)
            {
                return;
            }

            _resting.Add(needed);
        }

        try
        {
            using var givingUp = cancellationToken.UnsafeRegister(
                static (needed, cancelled) => ((TaskCompletionSource)needed!).TrySetCanceled(cancelled), needed);
            await needed.Task;
        }
        finally
        {
            lock (_gate)
            {
                _resting.Remove(needed);
            }
        }
    }

    /// <summary>Ends once the others have not been needed for a while.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public async Task CalmAsync(CancellationToken cancellationToken)
    {
        while (UntilCalm() is var wait && wait > TimeSpan.Zero)
        {
            // A delay cuts off what is less than a millisecond, and would end too early again and again.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), _time, cancellationToken);
        }
    }

    private TimeSpan UntilCalm()
    {
        lock (_gate)
        {
            if (!_isFirstConsuming)
            {
                return _calm;
            }

            var left = _calm - _time.GetElapsedTime(_lastSign);
            _areNeeded = left > TimeSpan.Zero;
            return left;
        }
    }

    private void Wake()
    {
        _lastSign = _time.GetTimestamp();
        _areNeeded = true;
        _resting.ForEach(needed => needed.TrySetResult());
    }
}
