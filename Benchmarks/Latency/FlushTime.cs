using Benchmarks.Servers;

namespace Benchmarks.Latency;

/// <summary>
/// How long the database's log takes to get to the disk. PostgreSQL takes a commit's time just before that, so it is missing from every latency.
/// </summary>
internal static class FlushTime
{
    private const string Measure =
        """
        create table flushes (milliseconds float8);
        do $$
        declare
            began timestamptz;
        begin
            for i in 1..200 loop
                insert into flushes values (null);
                began := clock_timestamp();
                commit;
                insert into flushes values (extract(epoch from clock_timestamp() - began) * 1000);
                commit;
            end loop;
        end $$
        """;

    /// <returns>The median of 200 commits on a server that does nothing else, in milliseconds.</returns>
    public static async Task<double> MedianMillisecondsAsync(OrdersDatabase database, CancellationToken cancellationToken)
    {
        foreach (var statement in Measure.Split(";\n", 2))
        {
            await database.ExecuteAsync(statement, cancellationToken);
        }

        var median = await database.ReadNumberAsync(
            "select percentile_disc(0.5) within group (order by milliseconds) from flushes", cancellationToken);
        await database.ExecuteAsync("drop table flushes", cancellationToken);
        return median;
    }
}
