using Npgsql;

namespace Infrastructure.Postgres;

/// <summary>A failed write, understood.</summary>
/// <param name="Kind">What it means for the batch.</param>
/// <param name="Problem">What was seen and what to do about it, for people. Never the content of a row.</param>
public sealed record PostgresFault(FaultKind Kind, string Problem)
{
    /// <summary>The server's code; <see langword="null"/> when it was not the server that failed.</summary>
    public string? SqlState { get; init; }

    /// <summary>The constraint that refused the row, when the server names one.</summary>
    public string? ConstraintName { get; init; }

    /// <summary>The column it is about, when the server names one.</summary>
    public string? ColumnName { get; init; }

    /// <summary>The refused row, counted from 0 in what was sent, when the server says which.</summary>
    public int? Row { get; init; }

    /// <summary>Two writers were in each other's way: a deadlock, a serialization failure, a lock that was held for too long.</summary>
    public bool IsRivalry => SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable;
}
