using Benchmarks.Servers;

namespace Benchmarks.Drain;

/// <summary>
/// A rate, by the database's clock. It begins with the first commit, whose rows do not count: how long a contestant took to start is
/// neither its loss nor its gain.
/// </summary>
/// <param name="PerSecond">From first to last commit; none with fewer than two.</param>
/// <param name="SteadyPerSecond">From the tenth to the ninetieth hundredth of the rows: neither run-up nor tail.</param>
/// <param name="Commits">Transactions.</param>
/// <param name="First">The first commit.</param>
internal sealed record CommitWindow(double? PerSecond, double? SteadyPerSecond, int Commits, DateTimeOffset? First)
{
    private const double SteadyFrom = 0.1;
    private const double SteadyTo = 0.9;

    public static CommitWindow Of(IReadOnlyList<Commit> commits)
    {
        Commit[] inOrder = [.. commits.OrderBy(commit => commit.At)];
        if (inOrder.Length == 0)
        {
            return new CommitWindow(null, null, 0, null);
        }

        var all = inOrder.Sum(commit => commit.Rows);
        return new CommitWindow(
            Rate(inOrder, 0, inOrder.Length - 1),
            Rate(inOrder, IndexOfRow(inOrder, SteadyFrom * all), IndexOfRow(inOrder, SteadyTo * all)),
            inOrder.Length,
            inOrder[0].At);
    }

    // The rows of the commit at "from" were stored before the window began.
    private static double? Rate(Commit[] commits, int from, int to)
    {
        var seconds = (commits[to].At - commits[from].At).TotalSeconds;
        return seconds > 0 ? commits[(from + 1)..(to + 1)].Sum(commit => commit.Rows) / seconds : null;
    }

    // The first commit with which at least that many rows are stored.
    private static int IndexOfRow(Commit[] commits, double rows)
    {
        var stored = 0L;
        return Math.Max(0, Array.FindIndex(commits, commit => (stored += commit.Rows) >= rows));
    }
}
