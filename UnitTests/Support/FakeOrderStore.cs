using System.Security.Cryptography;
using Infrastructure.Postgres;
using Npgsql;

namespace UnitTests.Support;

/// <summary>
/// A table in memory. It reads every batch's bytes and notes what no caller may do: hand over a torn batch or one that changes while it
/// is written, write two at a time, or take the optimistic path again when the last outcome is unknown.
/// </summary>
internal sealed class FakeOrderStore : IOrderStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Guid> _hashOfOrder = [];
    private readonly Dictionary<Guid, DeadLetter> _deadLetters = [];
    private readonly HashSet<Guid> _deadBodies = [];
    private readonly List<StoreAttempt> _attempts = [];
    private readonly List<string> _misuse = [];
    private readonly Queue<StoreFault> _faults = [];
    private readonly HashSet<Guid> _refused = [];
    private readonly TaskCompletionSource _misused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _hold;
    private IReadOnlyList<Guid>? _failed;
    private int _inside;

    /// <summary>Attempts begun.</summary>
    public Milestone Entered { get; } = new();

    /// <summary>Attempts begun, of either path, in sequence.</summary>
    public IReadOnlyList<StoreAttempt> Attempts => Locked(() => _attempts.ToList());

    public IReadOnlyList<StorePath> Paths => [.. Attempts.Select(attempt => attempt.Path)];

    public IReadOnlyList<string> Misuse => Locked(() => _misuse.ToList());

    /// <summary>Ends with the first misuse.</summary>
    public Task Misused => _misused.Task;

    public IReadOnlyList<DeadLetter> DeadLetters => Locked(() => _deadLetters.Values.ToList());

    public int Orders => Locked(() => _hashOfOrder.Count);

    public bool IsDisposed { get; private set; }

    /// <summary>Probes asked for.</summary>
    public int Probes { get; private set; }

    /// <summary>Why probes fail, if they do.</summary>
    public PostgresFault? ProbeFault { get; set; }

    /// <summary>Whether a refusal says which row it was.</summary>
    public bool NamesRefusedRow { get; set; } = true;

    /// <summary>What an attempt does before anything else, such as failing every so often.</summary>
    public Func<int, StoreFault> FaultOf { get; set; } = _ => StoreFault.None;

    /// <summary>The next attempts fail like this, one after the other.</summary>
    public void Fail(params ReadOnlySpan<StoreFault> faults)
    {
        lock (_gate)
        {
            foreach (var fault in faults)
            {
                _faults.Enqueue(fault);
            }
        }
    }

    /// <summary>These orders' rows are refused every time, as a constraint would.</summary>
    public void Refuse(params IEnumerable<Guid> orderIds) => Locked(() =>
    {
        _refused.UnionWith(orderIds);
        return true;
    });

    /// <summary>Attempts do not end until <see cref="Release"/>.</summary>
    public void Hold() => _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release()
    {
        var hold = _hold!;
        _hold = null;
        hold.SetResult();
    }

    public bool Has(Guid orderId, Guid contentHash) => Locked(() => _hashOfOrder.TryGetValue(orderId, out var hash) && hash == contentHash);

    public bool HasDeadLetter(byte[] body) => Locked(() => _deadBodies.Contains(Digest(body)));

    public void AssertNoMisuse() => Assert.Empty(Misuse);

    public Task<bool> TryCopyAsync(IOrderRows rows, CancellationToken cancellationToken) =>
        AttemptAsync(StorePath.Optimistic, rows, Copy, cancellationToken);

    public Task<MergeResult> MergeAsync(IOrderRows rows, CancellationToken cancellationToken) =>
        AttemptAsync(StorePath.Idempotent, rows, Merge, cancellationToken);

    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        Locked(() => Probes++);
        if (ProbeFault is { } fault)
        {
            throw new OrderStoreException(fault);
        }
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private async Task<T> AttemptAsync<T>(
        StorePath path, IOrderRows rows, Func<IOrderRows, List<(Guid OrderId, Guid ContentHash)>, T> store, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _inside) != 1)
        {
            Note("two writes at a time");
        }

        try
        {
            var keys = Inspect(rows);
            var before = Digest(rows.CopyData.Span);
            var fault = Begin(path, rows, keys);
            await Task.Yield();
            if (_hold is { } hold)
            {
                await hold.Task.WaitAsync(cancellationToken);
            }

            if (Digest(rows.CopyData.Span) != before)
            {
                Note("the batch changed while it was being written");
            }

            return End(rows, keys, fault, store);
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    private StoreFault Begin(StorePath path, IOrderRows rows, List<(Guid OrderId, Guid ContentHash)> keys)
    {
        lock (_gate)
        {
            var orderIds = keys.ConvertAll(key => key.OrderId);
            if (path == StorePath.Optimistic && _failed is { Count: > 0 } failed && failed.SequenceEqual(orderIds))
            {
                Note("the optimistic path was taken with a batch that may be stored");
            }

            var number = _attempts.Count;
            _attempts.Add(new StoreAttempt(path, orderIds, rows.DeadLetters.Count));
            Entered.Pass();
            return _faults.TryDequeue(out var fault) ? fault : FaultOf(number);
        }
    }

    private T End<T>(
        IOrderRows rows, List<(Guid OrderId, Guid ContentHash)> keys, StoreFault fault, Func<IOrderRows, List<(Guid OrderId, Guid ContentHash)>, T> store)
    {
        lock (_gate)
        {
            _failed = fault == StoreFault.After ? keys.ConvertAll(key => key.OrderId) : null;
            if (fault == StoreFault.Before)
            {
                throw new OrderStoreException(new PostgresFault(FaultKind.RolledBack, "the database is away"));
            }

            if (fault == StoreFault.Environment)
            {
                throw new OrderStoreException(new PostgresFault(FaultKind.Environment, "there is no table"));
            }

            if (fault == StoreFault.Rivalry)
            {
                throw new OrderStoreException(new PostgresFault(FaultKind.RolledBack, "deadlock") { SqlState = PostgresErrorCodes.DeadlockDetected });
            }

            if (keys.FindIndex(key => _refused.Contains(key.OrderId)) is var refused and >= 0)
            {
                throw new OrderStoreException(RefusalOf(refused));
            }

            var result = store(rows, keys);
            return fault == StoreFault.After
                ? throw new OrderStoreException(new PostgresFault(FaultKind.Unknown, "the answer is lost"))
                : result;
        }
    }

    private PostgresFault RefusalOf(int row) => new(FaultKind.BadRow, "violates check constraint")
    {
        SqlState = PostgresErrorCodes.CheckViolation,
        ConstraintName = "no_such_customer",
        Row = NamesRefusedRow ? row : null,
    };

    private bool Copy(IOrderRows rows, List<(Guid OrderId, Guid ContentHash)> keys)
    {
        PutAside(rows.DeadLetters);
        if (keys.Exists(key => _hashOfOrder.ContainsKey(key.OrderId)))
        {
            return false;
        }

        keys.ForEach(key => _hashOfOrder.Add(key.OrderId, key.ContentHash));
        return true;
    }

    private MergeResult Merge(IOrderRows rows, List<(Guid OrderId, Guid ContentHash)> keys)
    {
        PutAside(rows.DeadLetters);
        var stored = keys.Count(key => _hashOfOrder.TryAdd(key.OrderId, key.ContentHash));
        var conflicts = keys.FindAll(key => _hashOfOrder[key.OrderId] != key.ContentHash).ConvertAll(key => rows.ConflictOf(key.OrderId));
        PutAside(conflicts);
        return new MergeResult(stored, keys.Count - stored - conflicts.Count, conflicts.Count);
    }

    private void PutAside(IEnumerable<DeadLetter> letters)
    {
        foreach (var letter in letters)
        {
            _deadLetters[letter.IsRepeatable ? letter.Fingerprint() : letter.Id] = letter;
            _deadBodies.Add(Digest(letter.Body));
        }
    }

    private List<(Guid OrderId, Guid ContentHash)> Inspect(IOrderRows rows)
    {
        try
        {
            var keys = CopyReader.ReadKeys(rows.CopyData.Span);
            if (keys.Count != rows.Count)
            {
                Note($"the batch says {rows.Count} rows and its bytes hold {keys.Count}");
            }

            if (keys.DistinctBy(key => key.OrderId).Count() != keys.Count)
            {
                Note("the batch holds an order twice");
            }

            if (rows.Count + rows.DeadLetters.Count == 0)
            {
                Note("there is nothing in the batch");
            }

            return keys;
        }
        catch (Exception torn) when (torn is InvalidDataException or ArgumentException)
        {
            Note($"torn batch: {torn.Message}");
            return [];
        }
    }

    private static Guid Digest(ReadOnlySpan<byte> bytes) => new(SHA256.HashData(bytes).AsSpan(0, 16));

    private void Note(string misuse) => Locked(() =>
    {
        _misuse.Add(misuse);
        return _misused.TrySetResult();
    });

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
