using Benchmarks.Servers;

namespace Benchmarks.Growth;

/// <summary>Databases that begin with rows. The rows are made once, when they are first asked for, and copied for every drain.</summary>
internal sealed class GrownTables(BenchServers servers, OrdersDatabase empty, Action<string> say) : IAsyncDisposable
{
    private readonly Dictionary<(int Rows, bool RandomIds), OrdersDatabase> _databases = [];

    public async Task<OrdersDatabase> WithAsync(int rows, bool randomIds, CancellationToken cancellationToken)
    {
        if (rows == 0)
        {
            return empty;
        }

        if (!_databases.TryGetValue((rows, randomIds), out var database))
        {
            var name = FormattableString.Invariant($"bench_{rows}_{(randomIds ? "v4" : "v7")}");
            say(FormattableString.Invariant($"Making {rows:N0} rows with {(randomIds ? "random" : "time-ordered")} ids."));
            var earlier = await servers.CreateEarlierRowsAsync($"{name}_template", rows, randomIds, cancellationToken);
            database = servers.DatabaseWith(earlier, name);
            _databases.Add((rows, randomIds), database);
        }

        return database;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases.Values)
        {
            await database.DisposeAsync();
        }
    }
}
