using Npgsql;
using NpgsqlTypes;

namespace Infrastructure.Postgres;

/// <summary>Writes dead letters, each once, in one statement a batch.</summary>
public static class DeadLetterWriter
{
    /// <summary>What it fills in of a dead letter.</summary>
    public const string Columns =
        "id, body, headers, reason, detail, stage, order_id, message_id, exchange, fingerprint, sqlstate, constraint_name, column_name, worker";

    /// <summary>What it looks at of one that may be written already.</summary>
    public const string SoughtColumns = "id, fingerprint";

    // A letter that was written before is known by its id (the same batch again) or by its fingerprint (the same message again). A letter
    // that may be repeated has its fingerprint for an id, so that the key decides between two workers that write it at once.
    // DISTINCT ON: two copies in one batch do not see each other's rows.
    private const string Insert =
        $"""
        insert into dead_letters ({Columns})
        select distinct on (letter.id)
               letter.id, letter.body, letter.headers, letter.reason, letter.detail, letter.stage,
               letter.order_id, letter.message_id, letter.exchange, letter.fingerprint,
               letter.sqlstate, letter.constraint_name, letter.column_name, $14
        from unnest($1::uuid[], $2::bytea[], $3::jsonb[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::text[], $10::uuid[],
                    $11::text[], $12::text[], $13::text[])
             as letter(id, body, headers, reason, detail, stage, order_id, message_id, exchange, fingerprint,
                       sqlstate, constraint_name, column_name)
        where letter.id <> letter.fingerprint
           or not exists (select from dead_letters known where known.fingerprint = letter.fingerprint)
        on conflict (id) do nothing
        """;

    internal static async Task WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<DeadLetter> letters, string worker, CancellationToken cancellationToken)
    {
        if (letters.Count == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(Insert, connection);
        var fingerprints = letters.Select(letter => letter.Fingerprint()).ToArray();
        Add(command, letters.Zip(fingerprints, (letter, fingerprint) => letter.IsRepeatable ? fingerprint : letter.Id).ToArray());
        Add(command, letters.Select(letter => letter.Body).ToArray());
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = letters.Select(letter => letter.Headers).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
        });
        Add(command, letters.Select(letter => letter.Reason).ToArray());
        Add(command, letters.Select(letter => letter.Detail).ToArray());
        Add(command, letters.Select(letter => letter.Stage).ToArray());
        Add(command, letters.Select(letter => letter.OrderId).ToArray());
        Add(command, letters.Select(letter => letter.MessageId).ToArray());
        Add(command, letters.Select(letter => letter.Exchange).ToArray());
        Add(command, fingerprints);
        Add(command, letters.Select(letter => letter.SqlState).ToArray());
        Add(command, letters.Select(letter => letter.ConstraintName).ToArray());
        Add(command, letters.Select(letter => letter.ColumnName).ToArray());
        Add(command, worker);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Add<T>(NpgsqlCommand command, T value) => command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
}
