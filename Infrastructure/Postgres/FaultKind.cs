namespace Infrastructure.Postgres;

/// <summary>What a failed write means for its batch.</summary>
public enum FaultKind
{
    /// <summary>Nothing is stored, and nobody is to blame: the same again later.</summary>
    RolledBack,

    /// <summary>It may be stored or not; only the idempotent path may follow.</summary>
    Unknown,

    /// <summary>Nothing is stored, because of a row that will be refused every time.</summary>
    BadRow,

    /// <summary>Nothing is stored, and nothing will be until someone changes the database, a grant or a setting.</summary>
    Environment,
}
