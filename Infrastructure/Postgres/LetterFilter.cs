namespace Infrastructure.Postgres;

/// <summary>Which dead letters are meant. What is not said does not matter.</summary>
public sealed record LetterFilter
{
    /// <summary>The reason, or with a <c>*</c> at its end what it begins with.</summary>
    public string? Reason { get; init; }

    /// <summary>These and no others; empty for any.</summary>
    public IReadOnlyList<Guid> Ids { get; init; } = [];

    /// <summary>Put aside at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Put aside before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Those too that were sent back before.</summary>
    public bool Again { get; init; }

    internal IQueryable<DeadLetterRow> In(IQueryable<DeadLetterRow> letters)
    {
        letters = Again ? letters : letters.Where(letter => letter.ReplayedAt == null);
        letters = Ids.Count == 0 ? letters : letters.Where(letter => Ids.Contains(letter.Id));
        letters = Since is { } since ? letters.Where(letter => letter.FirstSeen >= since.ToUniversalTime()) : letters;
        letters = Until is { } until ? letters.Where(letter => letter.FirstSeen < until.ToUniversalTime()) : letters;
        return Reason switch
        {
            null => letters,
            [.. var beginning, '*'] => letters.Where(letter => letter.Reason.StartsWith(beginning)),
            _ => letters.Where(letter => letter.Reason == Reason),
        };
    }
}
