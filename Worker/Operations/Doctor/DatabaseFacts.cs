namespace Worker.Operations.Doctor;

/// <summary>What can be seen of the database with a worker's login.</summary>
internal sealed record DatabaseFacts
{
    /// <summary>Why there is no connection; then nothing else is known.</summary>
    public string? Problem { get; init; }

    /// <summary>As in <c>server_version_num</c>: 150010 is 15.10.</summary>
    public int Version { get; init; }

    public string Encoding { get; init; } = "";

    /// <summary>Migrations that are missing; <see langword="null"/> when the login may not see.</summary>
    public IReadOnlyList<string>? MissingMigrations { get; init; }

    /// <summary>Rights that a worker needs and this login has not, such as <c>insert on orders</c>.</summary>
    public IReadOnlyList<string> MissingGrants { get; init; } = [];

    public bool IsStandby { get; init; }

    public bool IsReadOnly { get; init; }

    /// <summary>Settings by name: <c>fsync</c>, <c>full_page_writes</c>, <c>synchronous_commit</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Connections that logins like this one may have, all together.</summary>
    public int MaxConnections { get; init; }

    /// <summary>Connections there are, of whoever.</summary>
    public int UsedConnections { get; init; }

    /// <summary>The login's own limit; -1 when it has none.</summary>
    public int RoleConnections { get; init; } = -1;

    /// <summary>The server's clock minus ours; zero when the time between question and answer explains it.</summary>
    public TimeSpan ClockAhead { get; init; }
}
