using Infrastructure.Postgres;
using Npgsql;
using Simulation.Engine;

namespace Simulation.Database;

/// <summary>How a write fails: what the client sees, how far it had come, and what the server did.</summary>
/// <param name="Failure">What the client sees.</param>
/// <param name="Phase">How far the client thinks the write had come.</param>
/// <param name="Commits">Whether the server has committed it all the same.</param>
/// <param name="TakesLong">The client waits for its whole timeout before it sees anything.</param>
internal sealed record WriteFault(Exception Failure, WritePhase Phase, bool Commits, bool TakesLong = false)
{
    private static readonly string[] AtAnyTime = ["40001", "40P01", "55P03", "53300", "53100", "57P01", "57P03", "25006", "58030", "08006", "57014"];
    private static readonly string[] AtCommit = ["57P01", "57P02", "57014", "08006", "08P01", "40003", "08007"];
    private static readonly string[] NobodysFault = ["42P01", "42501", "28P01", "3D000", "54000", "XX000"];

    /// <summary>Any of all the ways.</summary>
    public static WriteFault Draw(World world) => world.Random.Next(7) switch
    {
        0 => new WriteFault(Broken(), world.Pick([WritePhase.Opening, WritePhase.Writing]), Commits: false),
        1 or 2 => new WriteFault(Broken(), WritePhase.Committing, world.Chance(0.5)),
        3 => new WriteFault(Silence(), WritePhase.Committing, world.Chance(0.5), TakesLong: true),
        4 => new WriteFault(Refused(world.Pick(AtAnyTime)), world.Pick([WritePhase.Opening, WritePhase.Writing]), Commits: false),
        5 => new WriteFault(Refused(world.Pick(AtCommit)), WritePhase.Committing, world.Chance(0.5)),
        _ => new WriteFault(Refused(world.Pick(NobodysFault)), WritePhase.Writing, Commits: false),
    };

    /// <summary>One that stays until somebody or something mends it.</summary>
    public static WriteFault DrawOutage(World world) => world.Random.Next(4) switch
    {
        0 => new WriteFault(Broken(), WritePhase.Opening, Commits: false),
        1 => new WriteFault(Refused(world.Pick(NobodysFault)), WritePhase.Writing, Commits: false),
        2 => new WriteFault(Refused(PostgresErrorCodes.LockNotAvailable), WritePhase.Writing, Commits: false),
        _ => new WriteFault(Refused(PostgresErrorCodes.DiskFull), WritePhase.Committing, Commits: false),
    };

    private static NpgsqlException Broken() => new("Exception while reading from stream", new IOException("connection reset"));

    private static NpgsqlException Silence() => new("Exception while reading from stream", new TimeoutException("timeout"));

    private static PostgresException Refused(string sqlState) => new("refused", "ERROR", "ERROR", sqlState);
}
