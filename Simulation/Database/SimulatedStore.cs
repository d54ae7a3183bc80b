using Infrastructure.Postgres;
using Npgsql;
using Simulation.Engine;
using Simulation.Sabotages;

namespace Simulation.Database;

/// <summary>
/// A lane's connection to the database. What the server does, it does whether the client lives to hear of it or not. Notes what no
/// caller may do: write two batches at a time, change one while it is written, or try again without having waited.
/// </summary>
internal sealed class SimulatedStore(
    World world, SimulatedDatabase database, Faults faults, Strand strand, string name, Sabotage sabotage, Action poisoned) : IOrderStore
{
    // A failure is followed by a wait of a fifth of a second or more, but for writers in each other's way and others' successes.
    private const int MostFailures = 15;

    private static readonly TimeSpan FailureWindow = TimeSpan.FromSeconds(1);

    // As PostgresOptions.CommandSeconds.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly double _slowness = world.Pick([1.0, 3.0, 30.0]);
    private readonly Queue<TimeSpan> _failures = [];
    private bool _isWriting;
    private bool _isUnanswered;

    public Task<bool> TryCopyAsync(IOrderRows rows, CancellationToken cancellationToken)
    {
        var keys = Begin(rows, "copies {0} rows and {1} letters");
        if (!strand.IsAlive)
        {
            return Never<bool>();
        }

        var letters = rows.DeadLetters.ToArray();
        return AttemptAsync(rows, keys.Count > 0 ? WritePhase.Committing : WritePhase.Writing, Work, cancellationToken);

        bool Work(WriteFault? fault)
        {
            // They are committed before the rows, each on its own.
            if (fault is null || fault.Phase == WritePhase.Committing || (fault.Phase == WritePhase.Writing && world.Chance(0.5)))
            {
                database.Commit(letters);
            }

            return fault is { Commits: false } || database.Copy(keys);
        }
    }

    public Task<MergeResult> MergeAsync(IOrderRows rows, CancellationToken cancellationToken)
    {
        var keys = Begin(rows, "merges {0} rows and {1} letters");
        if (!strand.IsAlive)
        {
            return Never<MergeResult>();
        }

        var letters = rows.DeadLetters.ToArray();
        var isBlind = sabotage == Sabotage.RepeatsBlindly && _isUnanswered;
        return AttemptAsync(rows, WritePhase.Writing, Work, cancellationToken);

        MergeResult Work(WriteFault? fault)
        {
            if (fault is { Commits: false })
            {
                return default;
            }

            var result = database.Merge(keys, rows.ConflictOf, isBlind);
            database.Commit(letters);
            return result;
        }
    }

    public Task ProbeAsync(CancellationToken cancellationToken)
    {
        world.Note(name, "probes");
        return AttemptAsync(rows: null, WritePhase.Committing, _ => true, cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private List<KeyValuePair<Guid, Guid>> Begin(IOrderRows rows, string what)
    {
        world.Note(name, what, rows.Count, rows.DeadLetters.Count);
        try
        {
            var keys = CopiedKeys.Read(rows.CopyData.Span);
            if (keys.Count != rows.Count || keys.DistinctBy(key => key.Key).Count() != keys.Count)
            {
                world.Report($"{name} writes a batch of {rows.Count} rows whose bytes hold {keys.Count}, or one order twice");
            }

            if (keys.Exists(key => key.Value == database.Poison))
            {
                poisoned();
            }

            return keys;
        }
        catch (InvalidDataException torn)
        {
            world.Report($"{name} writes a torn batch: {torn.Message}");
            return [];
        }
    }

    private static Task<T> Never<T>() => new TaskCompletionSource<T>().Task;

    private async Task<T> AttemptAsync<T>(IOrderRows? rows, WritePhase refusalPhase, Func<WriteFault?, T> work, CancellationToken cancellationToken)
    {
        if (_isWriting)
        {
            world.Report($"{name} writes two batches at a time");
        }

        _isWriting = true;
        try
        {
            var sent = rows?.CopyData.ToArray();
            var result = await RoundTrip(refusalPhase, work).WaitAsync(cancellationToken);
            if (rows is not null && !rows.CopyData.Span.SequenceEqual(sent))
            {
                world.Report($"{name}: the batch changed while it was being written");
            }

            _isUnanswered = false;
            return result;
        }
        catch (OrderStoreException failure)
        {
            world.Note(name, KindText(failure.Fault.Kind));
            _isUnanswered = failure.Fault.Kind == FaultKind.Unknown;
            Failed(failure.Fault.Kind);
            throw;
        }
        finally
        {
            _isWriting = false;
        }
    }

    private Task<T> RoundTrip<T>(WritePhase refusalPhase, Func<WriteFault?, T> work)
    {
        var answer = new TaskCompletionSource<T>();
        var fault = database.Outage ?? faults.DrawWriteFault();
        world.After(Latency(), Arrive);
        return answer.Task;

        void Arrive()
        {
            // A client that is gone may have sent all of it or not.
            if (!strand.IsAlive && world.Chance(0.5))
            {
                return;
            }

            try
            {
                var result = work(fault);
                world.Note(name, fault is null ? "is committed" : fault.Commits ? "is committed, and the answer is lost" : "fails");
                Answer(fault is null ? null : new OrderStoreException(PostgresFaults.Classify(fault.Failure, fault.Phase), fault.Failure), result);
            }
            catch (PostgresException refused)
            {
                Answer(new OrderStoreException(PostgresFaults.Classify(refused, refusalPhase), refused), default!);
            }
        }

        void Answer(OrderStoreException? failure, T result) =>
            world.After(fault is { TakesLong: true } ? Timeout : Latency(), () =>
            {
                if (failure is null)
                {
                    answer.TrySetResult(result);
                }
                else
                {
                    answer.TrySetException(failure);
                }
            });
    }

    private TimeSpan Latency() => world.Chance(0.01) ? world.Between(1_000, 5_000) : world.Between(0.1, 10) * _slowness;

    private void Failed(FaultKind kind)
    {
        if (kind == FaultKind.BadRow)
        {
            return;
        }

        _failures.Enqueue(world.Now);
        while (_failures.TryPeek(out var first) && world.Now - first > FailureWindow)
        {
            _failures.Dequeue();
        }

        if (_failures.Count > MostFailures)
        {
            world.Report($"{name} failed {_failures.Count} times within a second: it does not wait between attempts");
        }
    }

    private static string KindText(FaultKind kind) => kind switch
    {
        FaultKind.RolledBack => "learns: rolled back",
        FaultKind.Unknown => "learns: nobody knows",
        FaultKind.BadRow => "learns: a bad row",
        _ => "learns: the environment",
    };
}
