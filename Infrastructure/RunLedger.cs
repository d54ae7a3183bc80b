namespace Infrastructure;

/// <summary>
/// A producer's record of one run: the id of every message that it handed to the publisher, one a line; those that were not confirmed once
/// more, with <c>!</c> before them; and a last line which says that the run came to its end. <c>worker reconcile</c> holds it against what is stored.
/// </summary>
/// <param name="Published">Messages the broker confirmed, repetitions included.</param>
/// <param name="Ids">Their ids, each once, in ascending order.</param>
/// <param name="IsComplete">Whether the run came to its end. If not, the broker may never have confirmed the last ones.</param>
public sealed record RunLedger(long Published, IReadOnlyList<Guid> Ids, bool IsComplete)
{
    internal const string Header = "# orders run ledger 1";
    internal const string End = "# end";
    internal const char NotConfirmed = '!';

    /// <summary>Reads one or more of them as one.</summary>
    /// <param name="paths">The files.</param>
    /// <exception cref="InvalidDataException">One is no ledger; the message names file and line.</exception>
    /// <exception cref="IOException">One cannot be read.</exception>
    public static RunLedger Read(params IReadOnlyCollection<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var (sent, unconfirmed, complete) = (new List<Guid>(), new Dictionary<Guid, int>(), 0);
        foreach (var path in paths)
        {
            complete += ReadInto(path, sent, unconfirmed) ? 1 : 0;
        }

        sent.Sort();
        var published = sent.Count;
        var ids = new List<Guid>(sent.Count);
        foreach (var run in RunsOf(sent))
        {
            var left = run.Count - unconfirmed.GetValueOrDefault(run.Id);
            published -= run.Count - left;
            if (left > 0)
            {
                ids.Add(run.Id);
            }
        }

        return new RunLedger(published, ids, complete == paths.Count);
    }

    private static bool ReadInto(string path, List<Guid> sent, Dictionary<Guid, int> unconfirmed)
    {
        var (number, isComplete) = (0, false);
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (number == 1 ? line != Header : !TryTake(line))
            {
                throw new InvalidDataException(number == 1
                    ? $"{path} is no run ledger: its first line is not '{Header}'. `producer publish --ledger FILE` writes one."
                    : $"{path}, line {number}: '{line}' is no message id");
            }
        }

        return isComplete;

        bool TryTake(string line)
        {
            if (line.StartsWith(NotConfirmed) && Guid.TryParse(line.AsSpan(1), out var id))
            {
                unconfirmed[id] = unconfirmed.GetValueOrDefault(id) + 1;
                return true;
            }

            isComplete |= line == End;
            if (Guid.TryParse(line, out id))
            {
                sent.Add(id);
                return true;
            }

            // A producer that was killed leaves half a line.
            return line == End || line.Length < Guid.Empty.ToString().Length;
        }
    }

    private static IEnumerable<(Guid Id, int Count)> RunsOf(List<Guid> sorted)
    {
        for (int start = 0, end; start < sorted.Count; start = end)
        {
            for (end = start + 1; end < sorted.Count && sorted[end] == sorted[start]; end++)
            {
            }

            yield return (sorted[start], end - start);
        }
    }
}
