namespace Infrastructure.Postgres;

/// <summary>Where the database is and how long it may take. Section <c>Postgres</c>.</summary>
public sealed class PostgresOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Postgres";

    /// <summary>Name of the connection string: <c>ConnectionStrings:Orders</c>.</summary>
    public const string ConnectionStringName = "Orders";

    /// <summary>Default of <see cref="ConnectSeconds"/>.</summary>
    public const int DefaultConnectSeconds = 5;

    /// <summary>Default of <see cref="CommandSeconds"/>.</summary>
    public const int DefaultCommandSeconds = 30;

    /// <summary>
    /// Gets or sets the database's address, <c>Host=...;Username=...;Password=...;Database=...</c>. Read from <c>ConnectionStrings:Orders</c>.
    /// Of several hosts, <c>Host=a,b</c>, the one that is the primary is taken.
    /// </summary>
    /// <value>There is no default.</value>
    public string ConnectionString { get; set; } = "";

    /// <summary>Gets or sets how long opening a connection may take, in seconds.</summary>
    /// <value>The default is 5. The range is 1 to 60.</value>
    [SettingRange("Postgres:ConnectSeconds", 1, 60)]
    public int ConnectSeconds { get; set; } = DefaultConnectSeconds;

    /// <summary>
    /// Gets or sets how long the database may stay silent during a write, in seconds, before the outcome counts as unknown and
    /// the batch is written again on the idempotent path.
    /// </summary>
    /// <value>The default is 30. The range is 1 to 600.</value>
    [SettingRange("Postgres:CommandSeconds", 1, 600)]
    public int CommandSeconds { get; set; } = DefaultCommandSeconds;
}
