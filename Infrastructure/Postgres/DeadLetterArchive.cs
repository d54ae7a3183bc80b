using Microsoft.EntityFrameworkCore;

namespace Infrastructure.Postgres;

/// <summary>The dead letters as an operator handles them: counted, read, and marked as sent back.</summary>
public sealed class DeadLetterArchive(IDbContextFactory<OrdersDbContext> contexts)
{
    /// <summary>How many there are of each reason.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountAsync(LetterFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await filter.In(context.DeadLetters)
            .GroupBy(letter => letter.Reason)
            .ToDictionaryAsync(reason => reason.Key, reason => reason.Count(), cancellationToken);
    }

    /// <summary>Which there are now, the oldest first.</summary>
    public async Task<IReadOnlyList<Guid>> FindAsync(LetterFilter filter, int most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await filter.In(context.DeadLetters)
            .OrderBy(letter => letter.FirstSeen).ThenBy(letter => letter.Id)
            .Select(letter => letter.Id)
            .Take(most)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Reads some of them, bodies and all, in no particular order.</summary>
    public async Task<IReadOnlyList<DeadLetterRow>> ReadAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.DeadLetters.AsNoTracking().Where(letter => ids.Contains(letter.Id)).ToListAsync(cancellationToken);
    }

    /// <summary>Notes that they are back in the queue.</summary>
    public async Task MarkReplayedAsync(IReadOnlyList<Guid> ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);

        // An operator's transactions are read-only unless they say otherwise.
        await context.Database.ExecuteSqlAsync($"set transaction read write", cancellationToken);
        await context.DeadLetters.Where(letter => ids.Contains(letter.Id)).ExecuteUpdateAsync(
            set => set.SetProperty(letter => letter.ReplayedAt, now).SetProperty(letter => letter.ReplayCount, letter => letter.ReplayCount + 1),
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
