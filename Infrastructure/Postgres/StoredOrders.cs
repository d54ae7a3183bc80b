using Microsoft.EntityFrameworkCore;

namespace Infrastructure.Postgres;

/// <summary>Answers where messages have ended, for whoever checks the books.</summary>
public sealed class StoredOrders(IDbContextFactory<OrdersDbContext> contexts)
{
    private const int IdsOfAQuestion = 10_000;

    /// <summary>Rows of <c>orders</c>.</summary>
    public async Task<long> CountOrdersAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Orders.LongCountAsync(cancellationToken);
    }

    /// <summary>Rows of <c>dead_letters</c> that were not sent back: of those the message is somewhere else by now.</summary>
    public async Task<long> CountDeadLettersAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.DeadLetters.LongCountAsync(letter => letter.ReplayedAt == null, cancellationToken);
    }

    /// <summary>Looks for messages by their ids.</summary>
    /// <param name="ids">Message ids; an order's is its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many are orders, how many of the others are dead letters, and which are neither.</returns>
    public async Task<(long Stored, long DeadLetters, List<Guid> Missing)> FindAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var (stored, deadLetters, missing) = (0L, 0L, new List<Guid>());
        foreach (var asked in ids.Chunk(IdsOfAQuestion))
        {
            var orders = await context.Orders.Where(order => asked.Contains(order.OrderId)).Select(order => order.OrderId).ToHashSetAsync(cancellationToken);
            stored += orders.Count;
            var others = Array.FindAll(asked, id => !orders.Contains(id));
            if (others.Length == 0)
            {
                continue;
            }

            var put = await FindDeadAsync(context, others, cancellationToken);
            deadLetters += others.Count(put.Contains);
            missing.AddRange(others.Where(id => !put.Contains(id)));
        }

        return (stored, deadLetters, missing);
    }

    // By the message's own id, and by the order's for those that came without one or with another.
    private static async Task<HashSet<Guid>> FindDeadAsync(OrdersDbContext context, Guid[] ids, CancellationToken cancellationToken)
    {
        var names = Array.ConvertAll(ids, id => id.ToString());
        var letters = await context.DeadLetters
            .Where(letter => letter.ReplayedAt == null && (names.Contains(letter.MessageId) || (letter.OrderId != null && ids.Contains(letter.OrderId.Value))))
            .Select(letter => new { letter.MessageId, letter.OrderId })
            .ToListAsync(cancellationToken);
        var found = letters.Select(letter => letter.OrderId).OfType<Guid>().ToHashSet();
        foreach (var letter in letters)
        {
            if (Guid.TryParse(letter.MessageId, out var id))
            {
                found.Add(id);
            }
        }

        return found;
    }
}
