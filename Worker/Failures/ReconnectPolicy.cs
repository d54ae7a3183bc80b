using Infrastructure;

namespace Worker.Failures;

/// <summary>
/// Decides what follows when the broker is lost: how long to wait before the next attempt, and whether that is worth a line in the log.
/// Not thread-safe.
/// </summary>
internal sealed class ReconnectPolicy(TimeProvider time, Random random)
{
    /// <summary>While the reason stays the same it is told again after this time.</summary>
    public static readonly TimeSpan ReminderInterval = TimeSpan.FromMinutes(1);

    // With the spread 1 to 2 s: at most one attempt a second, and a broker that is back has its consumers within two.
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1.25);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1.65);

    // With the spread 5 to 7.5 s. A broker writes a line about every refused login.
    private static readonly TimeSpan OperatorWait = TimeSpan.FromSeconds(6.25);

    private readonly Backoff _soon = new(FirstWait, LongestWait, random);
    private readonly Backoff _late = new(OperatorWait, OperatorWait, random);
    private string? _told;
    private long _toldAt;

    /// <summary>How long to wait before the next attempt.</summary>
    public TimeSpan Wait { get; private set; } = FirstWait;

    /// <summary>Attempts that failed since the last success; a connection that was lost is the first.</summary>
    public int Failures { get; private set; }

    /// <summary>The broker was lost, or not found.</summary>
    /// <returns>Whether it is worth a line: the reason is another one, or has not been told for a minute.</returns>
    public bool Lost(BrokerFault fault)
    {
        Failures++;
        Wait = (fault.NeedsOperator ? _late : _soon).Next();
        if (fault.Problem == _told && time.GetElapsedTime(_toldAt) < ReminderInterval)
        {
            return false;
        }

        _told = fault.Problem;
        _toldAt = time.GetTimestamp();
        return true;
    }

    /// <summary>The broker is there: the next loss is a first one.</summary>
    public void Connected()
    {
        Failures = 0;
        Wait = FirstWait;
        _soon.Reset();
        _told = null;
    }
}
