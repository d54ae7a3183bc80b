using Infrastructure;
using Infrastructure.Postgres;

namespace Worker.Failures;

/// <summary>
/// Keeps the lanes of a process from asking a database that fails over and over, all at once. After some failures in a row, or one that only an
/// operator can mend, or when writers have only been in each other's way for long, nobody writes for a while; then one lane tries with little, and
/// when that works everybody writes again.
/// It decides when to write and nothing else: what is not written is held, and no message is spent.
/// </summary>
internal sealed class WriteBreaker(TimeProvider time, Random random)
{
    /// <summary>Failures in a row, of whichever lane, that open it.</summary>
    public const int FailuresToOpen = 3;

    /// <summary>
    /// How long nobody may have written because of someone else's locks before that opens it too. Another moment will not do then, and while it is
    /// closed nothing bounds how long messages are held.
    /// </summary>
    public static readonly TimeSpan LongestRivalry = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);

    // A database that is back has its first commit within five seconds.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    // Between two looks at whether the trial has ended.
    private static readonly TimeSpan TrialWait = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Backoff _backoff = new(FirstWait, LongestWait, random);
    private BreakerState _state;
    private PostgresFault? _fault;
    private long _failedAt;
    private long _openedAt;
    private long? _rivalrySince;
    private TimeSpan _wait;

    public BreakerState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>Why writes fail; <see langword="null"/> when the last one did not.</summary>
    public PostgresFault? Fault
    {
        get
        {
            lock (_gate)
            {
                return _fault;
            }
        }
    }

    /// <summary>How long nobody has been able to write; zero while closed.</summary>
    public TimeSpan OpenFor
    {
        get
        {
            lock (_gate)
            {
                return _state == BreakerState.Closed ? TimeSpan.Zero : time.GetElapsedTime(_openedAt);
            }
        }
    }

    /// <summary>Whether it is the asking lane's turn. One that is told to go ahead must report what became of it.</summary>
    public Turn Ask()
    {
        lock (_gate)
        {
            switch (_state)
            {
                case BreakerState.Closed:
                    return default;
                case BreakerState.HalfOpen:
                    return new Turn(TrialWait, IsTrial: false);
                default:
                    var left = _wait - time.GetElapsedTime(_failedAt);
                    if (left > TimeSpan.Zero)
                    {
                        // Timers cut off what is less than a millisecond. Whoever asks again must not be too early every time.
                        return new Turn(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), IsTrial: false);
                    }

                    _state = BreakerState.HalfOpen;
                    return new Turn(TimeSpan.Zero, IsTrial: true);
            }
        }
    }

    /// <summary>A write succeeded, or failed because of its row: the database works.</summary>
    /// <returns>Whether that closed the breaker.</returns>
    public bool Succeeded()
    {
        lock (_gate)
        {
            var wasOpen = _state != BreakerState.Closed;
            _state = BreakerState.Closed;
            _fault = null;
            _rivalrySince = null;
            _backoff.Reset();
            return wasOpen;
        }
    }

    /// <summary>A write failed, and it was not because of a row.</summary>
    /// <returns>Whether that opened the breaker; not when it was open already.</returns>
    public bool Failed(PostgresFault fault)
    {
        lock (_gate)
        {
            // Writers that get in each other's way: the database works, and another moment will do. A trial has to be followed by another all the same.
            if (fault.IsRivalry && _state == BreakerState.Closed)
            {
                var since = _rivalrySince ??= time.GetTimestamp();
                if (time.GetElapsedTime(since) < LongestRivalry)
                {
                    return false;
                }
            }

            _fault = fault;
            _wait = _backoff.Next();
            _failedAt = time.GetTimestamp();
            if (_state != BreakerState.Closed)
            {
                _state = BreakerState.Open;
                return false;
            }

            if (fault.Kind != FaultKind.Environment && !fault.IsRivalry && _backoff.Failures < FailuresToOpen)
            {
                return false;
            }

            _state = BreakerState.Open;
            _openedAt = _failedAt;
            return true;
        }
    }

    /// <summary>A trial was given up before it said anything.</summary>
    public void Abandoned()
    {
        lock (_gate)
        {
            if (_state == BreakerState.HalfOpen)
            {
                _state = BreakerState.Open;
            }
        }
    }
}
