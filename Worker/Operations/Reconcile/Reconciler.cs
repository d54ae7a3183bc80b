using Infrastructure;
using Infrastructure.Postgres;
using Infrastructure.RabbitMq;
using RabbitMQ.Client;

namespace Worker.Operations.Reconcile;

/// <summary>Holds what was published against what is in the database and in the broker.</summary>
internal sealed class Reconciler(StoredOrders orders, RabbitMqConnector connector, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Looks, and looks again while messages are missing, as long as <paramref name="patience"/> lasts.</summary>
    /// <param name="look">One look; it is told how many messages wait.</param>
    /// <param name="patience">Workers may still be at it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Finding> LookUntilSettledAsync(
        Func<long, CancellationToken, Task<Finding>> look, TimeSpan patience, CancellationToken cancellationToken)
    {
        var connection = await connector.OpenAsync("worker reconcile", cancellationToken);
        try
        {
            var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            var started = time.GetTimestamp();
            while (true)
            {
                var queue = await channel.CountAsync(connector.Names.Queue, time, cancellationToken);
                var dead = await channel.CountAsync(connector.Names.DeadQueue, time, cancellationToken);
                var finding = await look(queue.MessageCount + dead.MessageCount, cancellationToken);
                if (finding.Account.Missing <= 0 || time.GetElapsedTime(started) >= patience)
                {
                    return finding;
                }

                await Task.Delay(Interval, time, cancellationToken);
            }
        }
        finally
        {
            await connection.CloseBrieflyAsync();
        }
    }

    /// <summary>By the ids of a producer's runs.</summary>
    public async Task<Finding> LookAsync(RunLedger ledger, long waiting, CancellationToken cancellationToken)
    {
        var (stored, deadLetters, missing) = await orders.FindAsync(ledger.Ids, cancellationToken);
        var account = new Account(ledger.Published, ledger.Published - ledger.Ids.Count, stored, deadLetters, waiting);
        return new Finding(account, missing, ledger.IsComplete);
    }

    /// <summary>By numbers, for a pipeline that holds nothing else.</summary>
    public async Task<Finding> LookAsync(long confirmed, long duplicates, long waiting, CancellationToken cancellationToken)
    {
        var stored = await orders.CountOrdersAsync(cancellationToken);
        var deadLetters = await orders.CountDeadLettersAsync(cancellationToken);
        return new Finding(new Account(confirmed, duplicates, stored, deadLetters, waiting), [], IsRunComplete: true);
    }
}
