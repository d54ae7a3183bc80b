using System.Globalization;
using Npgsql;

namespace Infrastructure.Postgres;

/// <summary>
/// Writes batches of orders, on one connection that it opens when needed and gives back to the pool after any failure. It says what a failure
/// means and retries nothing: whoever calls it owns the next attempt.
/// </summary>
/// <remarks>Not thread-safe: one write at a time.</remarks>
public sealed class OrderStore(NpgsqlDataSource database, PostgresOptions options, string worker, StoreTrial? trial = null) : IOrderStore
{
    /// <summary>Columns of a row in <see cref="IOrderRows.CopyData"/>.</summary>
    public const short ColumnCount = 7;

    /// <summary>What it fills in of an order.</summary>
    public const string Columns = "order_id, customer_id, placed_at, currency, total, lines, content_hash";

    /// <summary>What it looks at of an order that may be stored already.</summary>
    public const string SoughtColumns = "order_id, content_hash";

    /// <summary>What it fills in of a batch.</summary>
    public const string LedgerColumns = "worker, orders, stored, conflicts";

    private const string CopyIntoOrders = $"copy orders ({Columns}) from stdin (format binary)";
    private const string CopyIntoBatch = $"copy pg_temp.intake_batch ({Columns}) from stdin (format binary)";

    private const string CreateBatch =
        """
        create temporary table if not exists intake_batch (
            order_id uuid, customer_id text, placed_at timestamptz, currency text, total numeric(18,2), lines jsonb, content_hash uuid)
        on commit delete rows
        """;

    // Sorted, so that two merges of the same orders take their locks in the same sequence and never wait for each other in a circle.
    private const string InsertMissing =
        $"""
        insert into orders ({Columns}) select {Columns} from pg_temp.intake_batch order by order_id
        on conflict (order_id) do nothing returning order_id
        """;

    // A statement of its own: its snapshot is taken after the insert has waited for concurrent writers, so it sees what they stored. Asked by
    // id and not by a join: without statistics about the batch the planner may choose to read the whole table for it.
    private const string FindStored = $"select {SoughtColumns} from orders where order_id = any($1)";

    // The server's function that warns when it stops waiting for a standby. The text is in the server's language.
    private const string GaveUpOnStandby = "SyncRepWaitForLSN";

    private const string WriteLedger = $"insert into batch_ledger ({LedgerColumns}) values ($1, $2, $3, $4)";
    private const string Commit = "COMMIT";
    private const string BeforeTrial = "before_trial";

    // A worker that freezes or is cut off in the middle of a transaction keeps its keys locked, and whoever is handed its messages waits
    // for them. The server ends such a session within a minute instead of after the two hours of TCP's default.
    // A write that nobody waits for any more would queue for its lock for as long as the lock is held, and every attempt would leave one more
    // such session, until there is no connection left. So the server gives up first, and earlier still where the operator wants it.
    // Warnings are listened to, whatever the role's own settings say.
    private readonly string _sessionLimits = string.Create(CultureInfo.InvariantCulture,
        $"""
        set idle_in_transaction_session_timeout = '60s';
        set tcp_keepalives_idle = 20;
        set tcp_keepalives_interval = 10;
        set tcp_keepalives_count = 4;
        set client_min_messages = 'warning';
        select set_config(name, '{options.CommandSeconds * 500}', false) from pg_settings
        where name = 'lock_timeout' and setting::int not between 1 and {options.CommandSeconds * 500}
        """);

    private readonly int _timeoutMilliseconds = options.CommandSeconds * 1000;
    private readonly StoreTrial _trial = trial ?? new StoreTrial();
    private NpgsqlConnection? _connection;
    private TrialRows? _failed;
    private bool _hasBatchTable;
    private WritePhase _phase;
    private bool _isOnPrimaryAlone;

    /// <inheritdoc />
    public Task<bool> TryCopyAsync(IOrderRows rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return StoreAsync(rows, connection => CopyAsync(connection, rows, cancellationToken), cancellationToken);
    }

    /// <inheritdoc />
    public Task<MergeResult> MergeAsync(IOrderRows rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return StoreAsync(rows, connection => MergeAsync(connection, rows, cancellationToken), cancellationToken);
    }

    /// <inheritdoc />
    public Task ProbeAsync(CancellationToken cancellationToken) =>
        AttemptAsync(connection => ProbeAsync(connection, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => DropConnectionAsync();

    private async Task<T> StoreAsync<T>(IOrderRows rows, Func<NpgsqlConnection, Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            var result = await AttemptAsync(write, cancellationToken);
            if (_failed is not null)
            {
                _trial.Passed(_failed);
                _failed = null;
            }

            return result;
        }
        catch (OrderStoreException failure) when (failure.Fault.Kind == FaultKind.Environment)
        {
            _failed = TrialRows.Of(rows, failure.Fault.Row);
            _trial.Failed(_failed);
            throw;
        }
    }

    private async Task<T> AttemptAsync<T>(Func<NpgsqlConnection, Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            _phase = WritePhase.Opening;
            var connection = await OpenAsync(cancellationToken);
            _phase = WritePhase.Writing;
            _isOnPrimaryAlone = false;
            var result = await write(connection);

            // A commit that is cancelled while it waits for a synchronous standby (by a timeout, ours or the server's, or by an operator) has happened
            // here and succeeds, with a warning. Acknowledged now, it would be lost with the primary. Written again, it waits again.
            return _isOnPrimaryAlone
                ? throw new OrderStoreException(new PostgresFault(
                    FaultKind.Unknown, "the commit's wait for a synchronous standby was cancelled; look at pg_stat_replication and synchronous_standby_names"))
                : result;
        }
        catch (Exception failure)
        {
            var understood = failure as OrderStoreException ?? new OrderStoreException(PostgresFaults.Classify(failure, _phase), failure);

            // A statement that was refused because of a row leaves the connection as good as before, and the next attempt is near.
            if (understood.Fault.Kind != FaultKind.BadRow)
            {
                await DropConnectionAsync();
            }

            if (ReferenceEquals(understood, failure) || (failure is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                throw;
            }

            throw understood;
        }
    }

    private async Task<bool> CopyAsync(NpgsqlConnection connection, IOrderRows rows, CancellationToken cancellationToken)
    {
        // A statement of their own, which commits them.
        _phase = WritePhase.Committing;
        await WriteLettersAsync(connection, rows.DeadLetters, cancellationToken);
        _phase = WritePhase.Writing;
        try
        {
            if (rows.Count > 0)
            {
                await SendAsync(connection, CopyIntoOrders, rows.CopyData, commits: true, cancellationToken);
            }

            return true;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // One statement, so nothing of it is stored. Whether it was the key or a unique index of the operator's own, and whose partition's,
            // the merge finds out.
            return false;
        }
    }

    private async Task<MergeResult> MergeAsync(NpgsqlConnection connection, IOrderRows rows, CancellationToken cancellationToken)
    {
        await EnsureBatchTableAsync(connection, cancellationToken);

        // Disposed after a failure, it rolls back.
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await WriteLettersAsync(connection, rows.DeadLetters, cancellationToken);
        var result = rows.Count > 0 ? await MergeRowsAsync(connection, rows, cancellationToken) : default;
        await CommitAsync(connection, rows.Count, result, cancellationToken);
        return result;
    }

    // Every statement that storing needs, with what the last batch failed with, and all of it taken back: an empty COPY is refused neither for a column
    // that nobody fills nor for one of another type. The ledger's row makes it a write: a transaction without one would not notice a full disk.
    private async Task<MergeResult> ProbeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = _trial.Rows;
        await EnsureBatchTableAsync(connection, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await transaction.SaveAsync(BeforeTrial, cancellationToken);
        await TryAsync(() => SendAsync(connection, CopyIntoOrders, rows.CopyData, commits: false, cancellationToken));
        await TryAsync(() => MergeRowsAsync(connection, rows, cancellationToken));
        await TryAsync(() => WriteLettersAsync(connection, rows.DeadLetters, cancellationToken));
        await CommitAsync(connection, orders: 0, default, cancellationToken);
        _trial.Passed(rows);
        return default;

        async Task TryAsync(Func<Task> write)
        {
            try
            {
                await write();
            }
            catch (PostgresException refused) when (PostgresFaults.Classify(refused, _phase).Kind == FaultKind.BadRow)
            {
                // It is stored already, or would be put aside. Either way writes work.
            }

            await transaction.RollbackAsync(BeforeTrial, cancellationToken);
        }
    }

    private async Task WriteLettersAsync(NpgsqlConnection connection, IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        try
        {
            await DeadLetterWriter.WriteAsync(connection, letters, worker, cancellationToken);
        }
        catch (PostgresException refused) when (PostgresFaults.KindOf(refused.SqlState, _phase) == FaultKind.BadRow)
        {
            // The rows have no part in it, and taking one of them out would not help.
            throw new OrderStoreException(PostgresFaults.Classify(refused, _phase) with { Kind = FaultKind.Environment, Row = null }, refused);
        }
    }

    private async Task<MergeResult> MergeRowsAsync(NpgsqlConnection connection, IOrderRows rows, CancellationToken cancellationToken)
    {
        await SendAsync(connection, CopyIntoBatch, rows.CopyData, commits: false, cancellationToken);
        var known = new Dictionary<Guid, Guid>(rows.HashOfOrder);
        await using (var insert = new NpgsqlCommand(InsertMissing, connection))
        await using (var stored = await insert.ExecuteReaderAsync(cancellationToken))
        {
            while (await stored.ReadAsync(cancellationToken))
            {
                known.Remove(stored.GetGuid(0));
            }
        }

        if (known.Count == 0)
        {
            return new MergeResult(rows.Count, 0, 0);
        }

        var conflicts = await FindConflictsAsync(connection, known, cancellationToken);
        var letters = conflicts.ConvertAll(rows.ConflictOf);
        await WriteLettersAsync(connection, letters, cancellationToken);
        return new MergeResult(rows.Count - known.Count, known.Count - conflicts.Count, conflicts.Count);
    }

    private static async Task<List<Guid>> FindConflictsAsync(
        NpgsqlConnection connection, Dictionary<Guid, Guid> hashOfOrder, CancellationToken cancellationToken)
    {
        await using var find = new NpgsqlCommand(FindStored, connection);
        find.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. hashOfOrder.Keys] });
        await using var stored = await find.ExecuteReaderAsync(cancellationToken);
        var conflicts = new List<Guid>();
        while (await stored.ReadAsync(cancellationToken))
        {
            var orderId = stored.GetGuid(0);
            if (stored.GetGuid(1) != hashOfOrder[orderId])
            {
                conflicts.Add(orderId);
            }
        }

        return conflicts;
    }

    // The server answers the commit of an aborted transaction with ROLLBACK, Npgsql takes that for a success, and nothing is stored. So the commit
    // travels with a last write, which such a transaction refuses: whatever went wrong unheard before it is heard of here.
    private async Task CommitAsync(NpgsqlConnection connection, int orders, MergeResult result, CancellationToken cancellationToken)
    {
        var ledger = new NpgsqlBatchCommand(WriteLedger);
        ledger.Parameters.Add(new NpgsqlParameter<string> { TypedValue = worker });
        ledger.Parameters.Add(new NpgsqlParameter<int> { TypedValue = orders });
        ledger.Parameters.Add(new NpgsqlParameter<int> { TypedValue = result.Stored });
        ledger.Parameters.Add(new NpgsqlParameter<int> { TypedValue = result.Conflicts });
        await using var commit = new NpgsqlBatch(connection) { BatchCommands = { ledger, new NpgsqlBatchCommand(Commit) } };
        _phase = WritePhase.Committing;
        await commit.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task SendAsync(
        NpgsqlConnection connection, string copy, ReadOnlyMemory<byte> data, bool commits, CancellationToken cancellationToken)
    {
        var stream = await connection.BeginRawBinaryCopyAsync(copy, cancellationToken);
        stream.WriteTimeout = _timeoutMilliseconds;
        stream.ReadTimeout = _timeoutMilliseconds;
        await stream.WriteAsync(data, cancellationToken);

        // Disposing is what ends the copy, so it must not happen after a failed write: dropping the connection takes the stream back instead.
        _phase = commits ? WritePhase.Committing : _phase;
        var commit = stream.DisposeAsync().AsTask();
        try
        {
            await commit.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // It takes no token. Nobody else may have the connection while it goes on, so it is left to the end of the process.
            _connection = null;
            throw;
        }
    }

    private async Task EnsureBatchTableAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_hasBatchTable)
        {
            return;
        }

        await using var create = new NpgsqlCommand(CreateBatch, connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
        _hasBatchTable = true;
    }

    private async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (_connection is null)
        {
            _hasBatchTable = false;
            var connection = await database.OpenConnectionAsync(cancellationToken);
            _connection = connection;
            connection.Notice += (_, notice) => _isOnPrimaryAlone |= notice.Notice.Routine == GaveUpOnStandby;
            await using var limits = new NpgsqlCommand(_sessionLimits, connection);
            await limits.ExecuteNonQueryAsync(cancellationToken);
        }

        return _connection;
    }

    private async ValueTask DropConnectionAsync()
    {
        var connection = _connection;
        _connection = null;
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }
}
