using Infrastructure.Postgres;
using Worker.Failures;

namespace Worker.Intake;

/// <summary>What is left to do about a batch: at first all of it, and after a row was refused what the search for it wants next. No I/O.</summary>
internal sealed class BatchWork(OrderBatch batch)
{
    private RowIsolator? _isolator;
    private int _letters;

    /// <summary>What to write next.</summary>
    public IOrderRows Next { get; private set; } = batch;

    /// <summary>Everything is stored or put aside, durably.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Rows may be stored already, so only the idempotent path may take them.</summary>
    public bool MayBeStored { get; private set; } = batch.HasRedelivered;

    /// <summary>What became of the rows that are stored.</summary>
    public MergeResult Result { get; private set; }

    /// <summary>Rows that the database refused and that are dead letters now.</summary>
    public int PutAside => _isolator?.Culprits ?? 0;

    /// <summary>Why it refused the last of them.</summary>
    public PostgresFault? Refusal { get; private set; }

    /// <summary>Begins with few rows; the others follow when these are stored.</summary>
    public void BeginWith(int rows)
    {
        if (Next.Count > rows && _isolator is null)
        {
            int[] all = [.. Enumerable.Range(0, batch.Count)];
            _isolator = new RowIsolator(all[..rows], all[rows..]);
            GoOn(_isolator);
        }
    }

    /// <summary><see cref="Next"/> is stored.</summary>
    public void Stored(MergeResult result)
    {
        Result = new MergeResult(Result.Stored + result.Stored, Result.Duplicates + result.Duplicates, Result.Conflicts + result.Conflicts);
        _letters = Math.Max(_letters, Next.DeadLetters.Count);
        if (_isolator is null)
        {
            IsDone = true;
            return;
        }

        if (Next.Count > 0)
        {
            _isolator.Stored();
        }

        GoOn(_isolator);
    }

    /// <summary>An attempt failed. Was it because of a row, the search for it begins or goes on.</summary>
    /// <returns>Whether <see cref="Next"/> can be written at once; otherwise it was nobody's fault, and the same goes again after a while.</returns>
    public bool Failed(PostgresFault fault)
    {
        MayBeStored |= fault.Kind == FaultKind.Unknown;
        if (fault.Kind != FaultKind.BadRow || Next.Count == 0)
        {
            return false;
        }

        _isolator ??= new RowIsolator([.. Enumerable.Range(0, batch.Count)], []);
        _isolator.Refused(fault.Row);
        if (_isolator.Culprit is { } culprit)
        {
            Refusal = fault;
            batch.PutAside(culprit, fault);
        }

        GoOn(_isolator);
        return true;
    }

    private void GoOn(RowIsolator isolator)
    {
        // One letter goes with the last rows and costs no attempt of its own. Many of them would be written again with every part.
        var withLetters = isolator.Next.Length == 0 || (isolator.IsLast && isolator.Culprits <= 1);
        IsDone = isolator.Next.Length == 0 && _letters == batch.DeadLetters.Count;
        Next = new BatchPart(batch, isolator.Next, withLetters);
    }
}
