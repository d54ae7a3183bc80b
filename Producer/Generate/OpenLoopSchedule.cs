using Infrastructure;

namespace Producer.Generate;

/// <summary>
/// When each order is due at a given rate. An open loop: what is late does not move what comes after, so a slow broker is seen as latency
/// and not as a lower rate.
/// </summary>
/// <param name="ordersPerSecond">The rate.</param>
/// <param name="time">The clock.</param>
internal sealed class OpenLoopSchedule(double ordersPerSecond, TimeProvider time)
{
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _startedAt = time.GetTimestamp();

    /// <summary>Waits until an order is due; returns at once when it is late.</summary>
    /// <param name="number">The order's number, from 0.</param>
    /// <param name="stop">Stops waiting.</param>
    /// <returns>When it is due, in Unix microseconds, late or not.</returns>
    public async ValueTask<long> WaitForAsync(long number, CancellationToken stop)
    {
        var due = TimeSpan.FromSeconds(number / ordersPerSecond);
        var early = due - time.GetElapsedTime(_startedAt);
        if (early > TimeSpan.Zero)
        {
            await Task.Delay(early, time, stop);
        }

        return UnixMicroseconds.Of(_start + due);
    }
}
