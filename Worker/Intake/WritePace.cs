namespace Worker.Intake;

/// <summary>
/// Keeps the writes of a lane from beginning sooner than <paramref name="linger"/> after one another. A commit costs broker, database and
/// worker the same whether it holds one order or a hundred, so on a busy machine few larger ones are faster for everybody. The first order
/// after a pause waits for nothing.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class WritePace(TimeSpan linger, TimeProvider time)
{
    private long? _lastBegan;

    /// <summary>What is left until the next write may begin; zero when it may begin now.</summary>
    public TimeSpan UntilNext()
    {
        if (linger == TimeSpan.Zero || _lastBegan is not { } last)
        {
            return TimeSpan.Zero;
        }

        var left = linger - time.GetElapsedTime(last);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>A write begins.</summary>
    public void Began() => _lastBegan = time.GetTimestamp();
}
