namespace Worker.Intake;

/// <summary>
/// Deliveries that wait for room in a batch, in the order in which they came. While they wait here the connection is still read, so that
/// heartbeats and the broker's errors reach the client however long a write takes.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class OverflowBuffer
{
    /// <summary>
    /// Bytes of bodies and properties, unless a single delivery is larger: 8 MiB. The prefetch counts messages and bounds no bytes. As much
    /// as two batches of the default size.
    /// </summary>
    public const long MaxBytes = 8 * 1024 * 1024;

    private readonly Queue<Delivery> _waiting = [];
    private long _bytes;

    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>Adds a delivery, as a copy when its bytes lie in the receive buffer.</summary>
    /// <returns><see langword="false"/> when as much waits as may.</returns>
    public bool TryAdd(in Delivery delivery)
    {
        if (!IsEmpty && _bytes + delivery.Size > MaxBytes)
        {
            return false;
        }

        _waiting.Enqueue((delivery.Path == DeliveryPath.Direct ? delivery.Copy() : delivery) with { Path = DeliveryPath.Overflow });
        _bytes += delivery.Size;
        return true;
    }

    /// <summary>Moves deliveries into a batch for as long as it takes them.</summary>
    public void MoveTo(OrderBatch batch)
    {
        while (_waiting.TryPeek(out var next) && batch.Add(next) == AddResult.Added)
        {
            _waiting.Dequeue();
            _bytes -= next.Size;
        }
    }

    public void Clear()
    {
        _waiting.Clear();
        _bytes = 0;
    }
}
