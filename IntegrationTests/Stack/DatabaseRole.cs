using DevServers;
using Npgsql;

namespace IntegrationTests.Stack;

/// <summary>A role as an operator should give it to a worker: no owner, no superuser, only the grants that it needs.</summary>
internal sealed class DatabaseRole : IAsyncDisposable
{
    // Superusers ignore grants and limits of connections.
    private const string Grants =
        "grant select, insert on orders, dead_letters, batch_ledger to {0}; grant select on \"__EFMigrationsHistory\" to {0}";

    private readonly Pipeline _pipeline;

    private DatabaseRole(Pipeline pipeline, string name)
    {
        _pipeline = pipeline;
        Name = name;
    }

    public string Name { get; }

    /// <summary>Lets a worker use it; comes after <see cref="Pipeline.Settings"/>.</summary>
    public string Setting => $"ConnectionStrings:Orders={Address().ConnectionString}";

    public static async Task<DatabaseRole> CreateAsync(Pipeline pipeline)
    {
        // Roles are the whole server's, so each has a name of its own.
        var role = new DatabaseRole(pipeline, $"w{Guid.NewGuid():N}");
        await pipeline.ExecuteAsync($"create role {role.Name} login password '{role.Name}'; {string.Format(null, Grants, role.Name)}");
        return role;
    }

    /// <summary>The same through a proxy.</summary>
    public string Behind(FaultProxy proxy)
    {
        var address = Address();
        (address.Host, address.Port) = ("127.0.0.1", proxy.Port);
        return $"ConnectionStrings:Orders={address.ConnectionString}";
    }

    /// <summary>Ends its sessions.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> DisconnectAsync() => _pipeline.DisconnectAsync(Name);

    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync();
        await _pipeline.ExecuteAsync($"drop owned by {Name}; drop role {Name}");
    }

    private NpgsqlConnectionStringBuilder Address() => new(_pipeline.DatabaseConnectionString) { Username = Name, Password = Name };
}
