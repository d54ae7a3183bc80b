namespace Worker.Intake;

/// <summary>
/// Two batches that change places: one is filled with what arrives, the other is written. The writer takes the filling one
/// whenever it is idle, however little is in it; what arrives waits whenever it is full. That wait is the whole backpressure.
/// </summary>
internal sealed class BatchHandover(OrderBatch first, OrderBatch second)
{
    // A row is appended under this lock and the batches change places under it. Without it the writer could take a batch in the
    // middle of a row, and the row's second half would land in the other one.
    private readonly Lock _gate = new();
    private readonly AsyncSignal _filled = new();
    private readonly AsyncSignal _roomMade = new();

    private OrderBatch _filling = first;
    private OrderBatch? _spare = second;
    private bool _isClosed;

    /// <summary>Offers a delivery to the filling batch.</summary>
    /// <returns><see langword="false"/> when it must wait for room: <see cref="WaitForRoomAsync"/>, then offer it again.</returns>
    public bool TryAdd(in Delivery delivery)
    {
        lock (_gate)
        {
            // After the close a delivery is let go: it is not acknowledged, so the broker hands it to someone else.
            if (_isClosed)
            {
                return true;
            }

            if (_filling.Add(delivery) != AddResult.Added)
            {
                return false;
            }
        }

        _filled.Set();
        return true;
    }

    /// <summary>Ends when the filling batch may have room, or none will ever be needed.</summary>
    public Task WaitForRoomAsync(CancellationToken cancellationToken = default) => _roomMade.WaitAsync(cancellationToken);

    /// <summary>Takes the filling batch once there is something in it.</summary>
    /// <returns><see langword="null"/> when the handover is closed and nothing is left.</returns>
    public async ValueTask<OrderBatch?> TakeAsync()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_filling.Deliveries > 0 && _spare is not null)
                {
                    var taken = _filling;
                    taken.Seal();
                    _filling = _spare;
                    _spare = null;
                    _roomMade.Set();
                    return taken;
                }

                if (_isClosed)
                {
                    return null;
                }
            }

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
            if (discardFilling)
            {
                _filling.Reset();
            }
        }

        _filled.Set();
        _roomMade.Set();
    }
}
