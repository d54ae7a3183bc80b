namespace Worker.Intake;

/// <summary>
/// Two batches that change places: one is filled with what arrives, the other is written. The writer takes the filling one
/// whenever it is idle and its pace allows, however little is in it; what arrives waits whenever it is full. That wait is the
/// whole backpressure.
/// </summary>
internal sealed class BatchHandover(OrderBatch first, OrderBatch second, TimeSpan linger, TimeProvider time, LaneDemand? demand = null)
{
    // A row is appended under this lock and the batches change places under it. Without it the writer could take a batch in the
    // middle of a row, and the row's second half would land in the other one.
    private readonly Lock _gate = new();
    private readonly AsyncSignal _filled = new();
    private readonly AsyncSignal _roomMade = new();
    private readonly WritePace _pace = new(linger, time);

    private OrderBatch _filling = first;
    private OrderBatch? _spare = second;
    private readonly OverflowBuffer _overflow = new();
    private bool _isClosed;
    private long _taken;

    /// <summary>Batches that were taken for writing. While it stands still no room is made.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Offers a delivery to the filling batch.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="mayOverflow">Without room in the batch it is kept, as far as the overflow has room.</param>
    /// <returns><see langword="false"/> when it must wait for room: <see cref="WaitForRoomAsync"/>, then offer it again.</returns>
    public bool TryAdd(in Delivery delivery, bool mayOverflow = false)
    {
        bool isAdded;
        bool concernsWriter;
        lock (_gate)
        {
            // After the close a delivery is let go: it is not acknowledged, so the broker hands it to someone else.
            if (_isClosed)
            {
                return true;
            }

            // What waits in the overflow came before it, and a cumulative ack covers all tags below its own.
            isAdded = _overflow.IsEmpty && _filling.Add(delivery) == AddResult.Added;

            // Signal only on the first row and when full: a signal in between would wake the writer early.
            concernsWriter = _filling.Deliveries == 1 || _filling.IsFull;
            demand?.Gathered(_filling.Deliveries, _filling.IsFull);

            // Only what the filling batch has refused, so that a batch with something in it is always there to be taken.
            isAdded = isAdded || (mayOverflow && _overflow.TryAdd(delivery));
        }

        if (concernsWriter)
        {
            _filled.Set();
        }

        return isAdded;
    }

    /// <summary>Ends when the filling batch may have room, or none will ever be needed.</summary>
    public Task WaitForRoomAsync(CancellationToken cancellationToken = default) => _roomMade.WaitAsync(cancellationToken);

    /// <summary>Takes the filling batch once there is something in it and the pace allows; at once when it is full or the handover is closed.</summary>
    /// <returns><see langword="null"/> when the handover is closed and nothing is left.</returns>
    public async ValueTask<OrderBatch?> TakeAsync()
    {
        var hasLingered = false;
        while (true)
        {
            var wait = Timeout.InfiniteTimeSpan;
            lock (_gate)
            {
                if (_filling.Deliveries > 0 && _spare is not null)
                {
                    wait = _isClosed || _filling.IsFull ? TimeSpan.Zero : _pace.UntilNext();
                    if (wait == TimeSpan.Zero)
                    {
                        return Take(_spare, hasLingered);
                    }

                    hasLingered = true;
                }
                else if (_isClosed)
                {
                    return null;
                }
            }

            // Whoever wakes up looks again: a signal can be left from before.
            using var alarm = AlarmAfter(wait);
            await _filled.WaitAsync(CancellationToken.None);
        }
    }

    /// <summary>Gives a written batch back, to be filled again.</summary>
    public void Return(OrderBatch batch)
    {
        lock (_gate)
        {
            batch.Reset();
            _spare = batch;
        }
    }

    /// <summary>Takes nothing more in. What the filling batch holds can still be taken, unless it is discarded.</summary>
    public void Close(bool discardFilling)
    {
        lock (_gate)
        {
            _isClosed = true;
            _overflow.Clear();
            if (discardFilling)
            {
                _filling.Reset();
            }
        }

        _filled.Set();
        _roomMade.Set();
    }

    private ITimer? AlarmAfter(TimeSpan wait) => wait == Timeout.InfiniteTimeSpan
        ? null
        : time.CreateTimer(
            static signal => ((AsyncSignal)signal!).Set(),
            _filled,

            // Timers cut off what is less than a millisecond, and would ring too early.
            TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)),
            Timeout.InfiniteTimeSpan);

    private OrderBatch Take(OrderBatch next, bool hasLingered)
    {
        var taken = _filling;
        taken.FlushReason = _isClosed ? FlushReason.Stop : taken.FullOf ?? (hasLingered ? FlushReason.Linger : FlushReason.Idle);
        taken.Seal();
        _filling = next;
        _spare = null;
        Volatile.Write(ref _taken, _taken + 1);
        _overflow.MoveTo(_filling);
        _pace.Began();
        _roomMade.Set();
        return taken;
    }
}
