using System.Reflection;
using System.Text;
using Infrastructure.Postgres;
using Npgsql;

namespace UnitTests.Postgres;

public sealed class PostgresFaultsTests
{
    // By class, and the codes that differ from their class. Class 00 is success, 01 and 02 are warnings; they are never thrown.
    private static readonly Dictionary<string, FaultKind> KindOfClass = new()
    {
        ["00"] = FaultKind.Environment,
        ["01"] = FaultKind.Environment,
        ["02"] = FaultKind.Environment,
        ["03"] = FaultKind.Environment,
        ["08"] = FaultKind.RolledBack,
        ["09"] = FaultKind.BadRow,
        ["0A"] = FaultKind.Environment,
        ["0B"] = FaultKind.Environment,
        ["0F"] = FaultKind.Environment,
        ["0L"] = FaultKind.Environment,
        ["0P"] = FaultKind.Environment,
        ["0Z"] = FaultKind.Environment,
        ["20"] = FaultKind.BadRow,
        ["21"] = FaultKind.BadRow,
        ["22"] = FaultKind.BadRow,
        ["23"] = FaultKind.BadRow,
        ["24"] = FaultKind.Environment,
        ["25"] = FaultKind.RolledBack,
        ["26"] = FaultKind.Environment,
        ["27"] = FaultKind.BadRow,
        ["28"] = FaultKind.Environment,
        ["2B"] = FaultKind.Environment,
        ["2D"] = FaultKind.Environment,
        ["2F"] = FaultKind.BadRow,
        ["34"] = FaultKind.Environment,
        ["38"] = FaultKind.BadRow,
        ["39"] = FaultKind.BadRow,
        ["3B"] = FaultKind.Environment,
        ["3D"] = FaultKind.Environment,
        ["3F"] = FaultKind.Environment,
        ["40"] = FaultKind.RolledBack,
        ["42"] = FaultKind.Environment,
        ["44"] = FaultKind.BadRow,
        ["53"] = FaultKind.RolledBack,
        ["54"] = FaultKind.Environment,
        ["55"] = FaultKind.RolledBack,
        ["57"] = FaultKind.RolledBack,
        ["58"] = FaultKind.RolledBack,
        ["72"] = FaultKind.RolledBack,
        ["F0"] = FaultKind.Environment,
        ["HV"] = FaultKind.Environment,
        ["P0"] = FaultKind.BadRow,
        ["XX"] = FaultKind.Environment,
    };

    private static readonly Dictionary<string, FaultKind> Exceptions = new()
    {
        [PostgresErrorCodes.StatementCompletionUnknown] = FaultKind.Unknown,
        [PostgresErrorCodes.TransactionResolutionUnknown] = FaultKind.Unknown,
        [PostgresErrorCodes.DatabaseDropped] = FaultKind.Environment,

        // No row of ours can be the reason.
        [PostgresErrorCodes.NotNullViolation] = FaultKind.Environment,
        [PostgresErrorCodes.InvalidBinaryRepresentation] = FaultKind.Environment,
        [PostgresErrorCodes.BadCopyFileFormat] = FaultKind.Environment,
        [PostgresErrorCodes.CharacterNotInRepertoire] = FaultKind.Environment,
    };

    // What may come although the commit has happened.
    private static readonly HashSet<string> UnknownWhileCommitting =
    [
        PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CrashShutdown, PostgresErrorCodes.QueryCanceled,
    ];

    public static TheoryData<string> SqlStates() =>
    [
        .. typeof(PostgresErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!).Distinct(),
    ];

    [Theory]
    [MemberData(nameof(SqlStates))]
    public void Every_code_that_the_driver_knows_has_its_meaning(string sqlState)
    {
        var expected = Exceptions.TryGetValue(sqlState, out var exception) ? exception : KindOfClass[sqlState[..2]];

        Assert.Equal(expected, PostgresFaults.KindOf(sqlState, WritePhase.Opening));
        Assert.Equal(expected, PostgresFaults.KindOf(sqlState, WritePhase.Writing));
        var isUnknown = sqlState.StartsWith("08", StringComparison.Ordinal) || UnknownWhileCommitting.Contains(sqlState);
        Assert.Equal(isUnknown ? FaultKind.Unknown : expected, PostgresFaults.KindOf(sqlState, WritePhase.Committing));
    }

    [Theory]
    [InlineData("99999")]
    [InlineData("ZZ001")]
    [InlineData("")]
    public void A_code_that_nobody_knows_blames_no_message(string sqlState) =>
        Assert.Equal(FaultKind.Environment, PostgresFaults.KindOf(sqlState, WritePhase.Committing));

    [Fact]
    public void A_missing_partition_is_not_the_fault_of_the_row()
    {
        var noPartition = Refusal(PostgresErrorCodes.CheckViolation, "no partition of relation \"orders\" found for row", constraint: null);

        Assert.Equal(FaultKind.Environment, PostgresFaults.Classify(noPartition, WritePhase.Committing).Kind);
    }

    [Theory]
    [InlineData("COPY orders, line 4, column total", 3, "total")]
    [InlineData("COPY orders, line 1", 0, null)]
    [InlineData("COPY orders, Zeile 12, Spalte currency", 11, "currency")]
    [InlineData("COPY orders, ligne 7, colonne total : « 3 »", 6, "total")]
    [InlineData("SQL statement \"select 1\"\nCOPY orders, line 9", 8, null)]
    [InlineData("portal parameter $3", null, null)]
    [InlineData("COPY orders, line 0", null, null)]
    [InlineData("COPY orders, line 99999999999999999999", null, null)]
    [InlineData(null, null, null)]
    public void The_line_of_a_copy_is_the_refused_row(string? where, int? row, string? column)
    {
        var fault = PostgresFaults.Classify(Refusal("22003", "numeric field overflow", where: where), WritePhase.Committing);

        Assert.Equal((FaultKind.BadRow, row, column), (fault.Kind, fault.Row, fault.ColumnName));
    }

    [Fact]
    public void What_the_server_says_about_the_constraint_is_kept()
    {
        var fault = PostgresFaults.Classify(Refusal("23514", "violates it", constraint: "known_customer"), WritePhase.Committing);

        Assert.Equal(("23514", "known_customer"), (fault.SqlState, fault.ConstraintName));
        Assert.Equal("violates it (SQLSTATE 23514)", fault.Problem);
    }

    [Fact]
    public void The_content_of_the_row_is_not_told()
    {
        var refusal = new PostgresException("refused", "ERROR", "ERROR", "23514", detail: "Failing row contains (secret)", constraintName: "c");

        Assert.DoesNotContain("secret", PostgresFaults.Classify(refusal, WritePhase.Committing).Problem);
    }

    [Theory]
    [InlineData("42P01", "worker migrate")]
    [InlineData("42501", "grant")]
    [InlineData("28P01", "ConnectionStrings:Orders")]
    [InlineData("53300", "Intake:Lanes")]
    [InlineData("25006", "read_only")]
    [InlineData("23502", "needs a default")]
    [InlineData("22P03", "another type")]
    public void What_the_operator_can_do_is_said(string sqlState, string advice) =>
        Assert.Contains(advice, PostgresFaults.Classify(Refusal(sqlState, "no"), WritePhase.Writing).Problem);

    [Theory]
    [InlineData(WritePhase.Opening, FaultKind.RolledBack)]
    [InlineData(WritePhase.Writing, FaultKind.RolledBack)]
    [InlineData(WritePhase.Committing, FaultKind.Unknown)]
    public void A_connection_that_breaks_leaves_the_outcome_open_only_while_committing(WritePhase phase, FaultKind kind)
    {
        var cut = new NpgsqlException("Exception while reading from stream", new IOException("reset by peer"));

        var fault = PostgresFaults.Classify(cut, phase);

        Assert.Equal(kind, fault.Kind);
        Assert.Equal("Exception while reading from stream: reset by peer", fault.Problem);
        Assert.Equal(kind, PostgresFaults.Classify(new NpgsqlException("timed out", new TimeoutException()), phase).Kind);
        Assert.Equal(kind, PostgresFaults.Classify(new OperationCanceledException(), phase).Kind);
        Assert.Equal(kind, PostgresFaults.Classify(new ObjectDisposedException("connector"), phase).Kind);
    }

    [Fact]
    public void A_text_that_is_no_unicode_is_a_bad_row() =>
        Assert.Equal(FaultKind.BadRow, PostgresFaults.Classify(new EncoderFallbackException(), WritePhase.Writing).Kind);

    private static PostgresException Refusal(string sqlState, string message, string? where = null, string? constraint = "some_constraint") =>
        new(message, "ERROR", "ERROR", sqlState, where: where, constraintName: constraint);
}
