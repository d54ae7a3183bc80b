using System.Text;
using Infrastructure.Postgres;
using Npgsql;
using Simulation.Broker;
using Simulation.Engine;
using Simulation.Sabotages;

namespace Simulation.Database;

/// <summary>The tables, and what is committed in them. Each commit happens at one instant.</summary>
internal sealed class SimulatedDatabase(World world, Sabotage sabotage)
{
    private readonly Dictionary<Guid, Guid> _hashOfOrder = [];
    private readonly Dictionary<Guid, int> _rowsOfOrder = [];
    private readonly HashSet<Guid> _letters = [];
    private readonly HashSet<Guid> _fingerprints = [];
    private readonly Dictionary<string, List<DeadLetter>> _lettersOfBody = [];
    private readonly Dictionary<Guid, string> _refusals = [];

    /// <summary>Why it refuses everything; <see langword="null"/> when it does not.</summary>
    public WriteFault? Outage { get; set; }

    /// <summary>Content hash of the order that no process lives to send.</summary>
    public Guid? Poison { get; set; }

    /// <summary>Rows of the table.</summary>
    public int Rows => _rowsOfOrder.Values.Sum();

    /// <summary>Dead letters, whatever they say.</summary>
    public int Letters => _lettersOfBody.Values.Sum(letters => letters.Count);

    /// <summary>Has every row of this content refused, as a constraint or a trigger would.</summary>
    public void Refuse(Content content) => _refusals[content.Hash] = content.SqlState!;

    /// <summary>What was sent need not be remembered any more: it is a row, or a dead letter.</summary>
    public bool IsDurable(Content content) => HasRow(content) || LettersOf(content).Count > 0;

    public bool HasRow(Content content) => content.OrderId != Guid.Empty
        && _hashOfOrder.TryGetValue(content.OrderId, out var hash) && hash == content.Hash;

    public int RowsOf(Guid orderId) => _rowsOfOrder.GetValueOrDefault(orderId);

    public IReadOnlyList<DeadLetter> LettersOf(Content content) => _lettersOfBody.GetValueOrDefault(content.Key) ?? [];

    /// <summary>Commits the letters alone, as the optimistic path does before its rows.</summary>
    public void Commit(IReadOnlyList<DeadLetter> letters)
    {
        if (sabotage == Sabotage.LosesDeadLetters)
        {
            return;
        }

        foreach (var letter in letters)
        {
            // As DeadLetterWriter does it.
            var fingerprint = letter.Fingerprint();
            var id = letter.IsRepeatable ? fingerprint : letter.Id;
            if ((id == fingerprint && _fingerprints.Contains(fingerprint)) || !_letters.Add(id))
            {
                continue;
            }

            _fingerprints.Add(fingerprint);
            Remember(letter);
            if (sabotage == Sabotage.InventsDeadLetters)
            {
                Remember(letter with { Body = [.. letter.Body, 0] });
            }
        }
    }

    /// <summary>All rows or none, in one statement.</summary>
    /// <returns><see langword="false"/> when an id is there already.</returns>
    /// <exception cref="PostgresException">A row is refused.</exception>
    public bool Copy(IReadOnlyList<KeyValuePair<Guid, Guid>> rows)
    {
        ThrowIfRefused(rows, "orders");
        if (rows.Any(row => _hashOfOrder.ContainsKey(row.Key)))
        {
            return false;
        }

        foreach (var row in rows)
        {
            Insert(row);
        }

        return true;
    }

    /// <summary>The rows that are missing, and letters for those that conflict, in one transaction.</summary>
    /// <param name="rows">Ids and hashes.</param>
    /// <param name="conflictOf">The letter of an order that conflicts.</param>
    /// <param name="isBlind">As if the table had no key.</param>
    /// <exception cref="PostgresException">A row is refused.</exception>
    public MergeResult Merge(IReadOnlyList<KeyValuePair<Guid, Guid>> rows, Func<Guid, DeadLetter> conflictOf, bool isBlind)
    {
        ThrowIfRefused(rows, table: null);
        var stored = 0;
        var conflicts = new List<DeadLetter>();
        foreach (var row in rows)
        {
            if (isBlind || !_hashOfOrder.TryGetValue(row.Key, out var hash))
            {
                Insert(row);
                stored++;
            }
            else if (hash != row.Value && sabotage != Sabotage.ForgetsConflicts)
            {
                conflicts.Add(conflictOf(row.Key));
            }
        }

        Commit(conflicts);
        return new MergeResult(stored, rows.Count - stored - conflicts.Count, conflicts.Count);
    }

    private void Remember(DeadLetter letter)
    {
        var key = Encoding.Latin1.GetString(letter.Body);
        if (!_lettersOfBody.TryGetValue(key, out var known))
        {
            _lettersOfBody[key] = known = [];
        }

        known.Add(letter);
    }

    private void Insert(KeyValuePair<Guid, Guid> row)
    {
        _hashOfOrder[row.Key] = row.Value;
        _rowsOfOrder[row.Key] = _rowsOfOrder.GetValueOrDefault(row.Key) + 1;
    }

    // A COPY says in which line a constraint was violated; a key of another table, a trigger and the merge's insert do not.
    private void ThrowIfRefused(IReadOnlyList<KeyValuePair<Guid, Guid>> rows, string? table)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (_refusals.TryGetValue(rows[i].Value, out var sqlState))
            {
                world.Note("database", "refuses row {0}", i);
                var named = sabotage == Sabotage.BlamesTheNeighbour ? i + 1 : i;
                var where = table is not null && sqlState == PostgresErrorCodes.CheckViolation ? $"COPY {table}, line {named + 1}" : null;
                throw new PostgresException("the row is refused", "ERROR", "ERROR", sqlState, where: where, constraintName: "some_rule");
            }
        }
    }
}
