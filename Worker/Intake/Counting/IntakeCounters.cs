using Infrastructure;

namespace Worker.Intake.Counting;

/// <summary>
/// What this process has done since it started. Lanes report once a batch, so one lock for all of them is not felt.
/// </summary>
internal sealed class IntakeCounters(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LatencyHistogram _commit = new();
    private readonly LatencyHistogram _publishToCommit = new();
    private readonly RateWindow _rate = new(time);
    private readonly SortedDictionary<string, long> _deadLetters = new(StringComparer.Ordinal);
    private long _settled;
    private long _stored;
    private long _duplicates;
    private long _batches;
    private long _handedBack;
    private long _fromDeadQueue;
    private long _assembled;
    private long _overflowed;

    /// <summary>A batch is durable.</summary>
    public void BatchStored(OrderBatch batch, BatchOutcome outcome)
    {
        var now = UnixMicroseconds.Of(time.GetUtcNow());
        lock (_gate)
        {
            _batches++;
            _settled += batch.Deliveries - batch.Suspects.Count;
            _assembled += batch.Assembled;
            _overflowed += batch.Overflowed;
            _stored += outcome.Stored;
            _duplicates += outcome.Duplicates;
            _commit.Record((long)outcome.Elapsed.TotalMicroseconds);
            _rate.Add(outcome.Stored);
            foreach (var letter in batch.DeadLetters)
            {
                CountDeadLetters(letter.Reason, 1);
            }

            if (outcome.Conflicts > 0)
            {
                CountDeadLetters(Infrastructure.Postgres.DeadLetter.ConflictReason, outcome.Conflicts);
            }

            foreach (var publishedAt in batch.PublishTimes())
            {
                _publishToCommit.Record(now - publishedAt);
            }
        }
    }

    /// <summary>Messages that a session had received are the broker's again: it ended before they were acknowledged, or they are suspects.</summary>
    public void HandedBack(long messages)
    {
        lock (_gate)
        {
            _handedBack += messages;
        }
    }

    /// <summary>A message of the dead queue is stored or put aside. It is among those of the batches too.</summary>
    public void TakenFromDeadQueue()
    {
        lock (_gate)
        {
            _fromDeadQueue++;
        }
    }

    public IntakeTotals Read()
    {
        lock (_gate)
        {
            return new IntakeTotals
            {
                Settled = _settled,
                Deliveries = new DeliveryPaths(Direct: _settled - _assembled - _overflowed, _assembled, _overflowed),
                Stored = _stored,
                Duplicates = _duplicates,
                DeadLetters = new Dictionary<string, long>(_deadLetters),
                Batches = _batches,
                HandedBack = _handedBack,
                FromDeadQueue = _fromDeadQueue,
                OrdersPerSecond = _rate.PerSecond(),
                Commit = _commit.Read(),
                PublishToCommit = _publishToCommit.Read(),
            };
        }
    }

    private void CountDeadLetters(string reason, long count) =>
        _deadLetters[reason] = _deadLetters.GetValueOrDefault(reason) + count;
}
