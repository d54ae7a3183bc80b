namespace DevServers.Demo;

internal sealed record TableCounts(long Rows, long DistinctRows, IReadOnlyDictionary<string, long> DeadLetters)
{
    public TableCounts Less(TableCounts before)
    {
        var added = DeadLetters.ToDictionary(pair => pair.Key, pair => pair.Value - before.DeadLetters.GetValueOrDefault(pair.Key));
        return new TableCounts(
            Rows - before.Rows,
            DistinctRows - before.DistinctRows,
            new SortedDictionary<string, long>(added.Where(pair => pair.Value != 0).ToDictionary(), StringComparer.Ordinal));
    }
}
