using System.Globalization;
using System.Security.Authentication;
using System.Text;
using System.Text.RegularExpressions;
using Contracts;
using Npgsql;

namespace Infrastructure.Postgres;

/// <summary>Tells what a failed write means. Every SQLSTATE is decided here, and nowhere else.</summary>
/// <remarks>
/// Npgsql's own <c>IsTransient</c> is of no use for it: a lost answer to a commit is transient there, and so is a pool without a free connection.
/// Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html.
/// </remarks>
public static partial class PostgresFaults
{
    private const int ClassLength = 2;

    /// <summary>Classifies a failure.</summary>
    /// <param name="failure">What the attempt threw.</param>
    /// <param name="phase">How far the attempt had come.</param>
    public static PostgresFault Classify(Exception failure, WritePhase phase)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure is PostgresException refused ? OfServer(refused, phase) : new PostgresFault(OfClient(failure, phase), Printable.Clip(TextOf(failure), Printable.MaxSentence));
    }

    /// <summary>What a server's error means.</summary>
    /// <param name="sqlState">Five characters.</param>
    /// <param name="phase">How far the attempt had come.</param>
    /// <param name="namesConstraint">Whether the error names a constraint.</param>
    public static FaultKind KindOf(string sqlState, WritePhase phase, bool namesConstraint = true)
    {
        ArgumentNullException.ThrowIfNull(sqlState);
        return sqlState switch
        {
            // The server says itself that it does not know.
            PostgresErrorCodes.StatementCompletionUnknown or PostgresErrorCodes.TransactionResolutionUnknown => FaultKind.Unknown,

            // No partition takes the row. It is the partition that is missing, not the row that is bad.
            PostgresErrorCodes.CheckViolation when !namesConstraint => FaultKind.Environment,

            // Every row comes with every column that this version knows, in the binary format of its type, and in valid UTF-8. So the table is another one.
            PostgresErrorCodes.NotNullViolation or PostgresErrorCodes.InvalidBinaryRepresentation or PostgresErrorCodes.BadCopyFileFormat
                or PostgresErrorCodes.CharacterNotInRepertoire => FaultKind.Environment,

            // The session was ended or the statement cancelled. While a commit waits for a standby, that comes after it has happened here.
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.QueryCanceled => Interrupted(phase),
            PostgresErrorCodes.DatabaseDropped => FaultKind.Environment,
            _ => KindOfClass(sqlState.Length > ClassLength ? sqlState[..ClassLength] : sqlState, phase),
        };
    }

    private static FaultKind KindOfClass(string sqlClass, WritePhase phase) => sqlClass switch
    {
        // Connections. A pooler reports its own troubles as protocol violations (08P01), at any time.
        "08" => Interrupted(phase),

        // Values, constraints, views' check options.
        "21" or "22" or "23" or "44" => FaultKind.BadRow,

        // What a trigger of the operator's own throws: raise (P0), a missing case, an exception of the routine or of another language.
        "09" or "20" or "27" or "2F" or "38" or "39" or "P0" => FaultKind.BadRow,

        // Read-only or aborted transactions, deadlocks and serialization, too old snapshots.
        "25" or "40" or "72" => FaultKind.RolledBack,

        // Resources, locks, shutdown and start, disks.
        "53" or "55" or "57" or "58" => FaultKind.RolledBack,

        // Schema and syntax (42), grants, passwords, databases, limits, internal errors, and whatever has no line here: what is not understood
        // blames no message.
        _ => FaultKind.Environment,
    };

    private static FaultKind Interrupted(WritePhase phase) => phase == WritePhase.Committing ? FaultKind.Unknown : FaultKind.RolledBack;

    private static FaultKind OfClient(Exception failure, WritePhase phase) => failure switch
    {
        // A text that is no Unicode fails before anything is sent, every time.
        EncoderFallbackException => FaultKind.BadRow,
        _ => Interrupted(phase),
    };

    private static PostgresFault OfServer(PostgresException refused, WritePhase phase)
    {
        var kind = KindOf(refused.SqlState, phase, !string.IsNullOrEmpty(refused.ConstraintName));
        var column = ColumnOf(refused);
        return new PostgresFault(kind, ProblemOf(refused, column))
        {
            SqlState = refused.SqlState,
            ConstraintName = refused.ConstraintName,
            ColumnName = column,
            Row = RowIn(refused.Where),
        };
    }

    // The detail is left out: it shows the row. A trigger's message may show some of it too.
    private static string ProblemOf(PostgresException refused, string? column)
    {
        var problem = $"{Printable.Clip(refused.MessageText, Printable.MaxSentence)} (SQLSTATE {refused.SqlState})";
        return AdviceFor(refused.SqlState, column) is { } advice ? $"{problem}; {advice}" : problem;
    }

    private static string? AdviceFor(string sqlState, string? column) => sqlState switch
    {
        PostgresErrorCodes.NotNullViolation => $"{column ?? "a column"} is none that this version fills; it needs a default",
        PostgresErrorCodes.InvalidBinaryRepresentation or PostgresErrorCodes.BadCopyFileFormat or PostgresErrorCodes.CharacterNotInRepertoire =>
            $"{column ?? "a column"} has another type than `worker migrate` gave it",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn => "`worker migrate` brings the schema up to date",
        PostgresErrorCodes.InsufficientPrivilege => "the role of ConnectionStrings:Orders lacks a grant",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "look at user and password of ConnectionStrings:Orders",
        PostgresErrorCodes.InvalidCatalogName => "look at the database of ConnectionStrings:Orders",
        PostgresErrorCodes.ReadOnlySqlTransaction => "is it a standby, or default_transaction_read_only on?",
        PostgresErrorCodes.TooManyConnections => "max_connections must allow replicas x (Intake:Lanes + 3)",
        PostgresErrorCodes.DiskFull => "the database's disk is full",
        _ => null,
    };

    private static string TextOf(Exception failure)
    {
        var text = failure.InnerException is { } cause && !failure.Message.Contains(cause.Message, StringComparison.Ordinal)
            ? $"{failure.Message}: {cause.Message}"
            : failure.Message;
        return failure.InnerException is AuthenticationException ? $"{text} Look at Host and Root Certificate of ConnectionStrings:Orders." : text;
    }

    // "COPY orders, line 4, column total". The words are in the server's language, the sequence is not.
    private static int? RowIn(string? where) =>
        where is not null && LineOfCopy().Match(where) is { Success: true } match
            && int.TryParse(match.Groups["line"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var line) && line > 0
            ? line - 1
            : null;

    private static string? ColumnOf(PostgresException refused) =>
        refused.ColumnName
            ?? (refused.Where is { } where && LineOfCopy().Match(where).Groups["column"] is { Success: true } column ? column.Value : null);

    [GeneratedRegex(@"^COPY [^,]+, [^\d,]+ (?<line>\d+)(?:, [^\s,]+ (?<column>[^\s:,]+))?", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex LineOfCopy();
}
