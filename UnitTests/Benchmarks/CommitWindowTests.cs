using Benchmarks.Drain;
using Benchmarks.Servers;

namespace UnitTests.Benchmarks;

public sealed class CommitWindowTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_first_commits_rows_and_the_time_before_it_do_not_count()
    {
        var window = CommitWindow.Of([At(10, 500), At(11, 1000), At(12, 1000)]);

        Assert.Equal(1000, window.PerSecond);
        Assert.Equal(3, window.Commits);
        Assert.Equal(Start.AddSeconds(10), window.First);
    }

    [Fact]
    public void Commits_may_come_in_any_order() =>
        Assert.Equal(1000, CommitWindow.Of([At(12, 1000), At(10, 500), At(11, 1000)]).PerSecond);

    [Fact]
    public void The_steady_rate_leaves_out_run_up_and_tail()
    {
        // Ten times as slow at both ends.
        var commits = new[] { At(0, 100), At(10, 100) }
            .Concat(Enumerable.Range(11, 8).Select(second => At(second, 100)))
            .Append(At(28, 100));

        Assert.Equal(100, CommitWindow.Of([.. commits]).SteadyPerSecond!.Value, tolerance: 5);
    }

    [Fact]
    public void One_commit_has_no_rate() => Assert.Null(CommitWindow.Of([At(1, 1000)]).PerSecond);

    [Fact]
    public void Nothing_stored_has_no_rate_and_no_first_commit()
    {
        var window = CommitWindow.Of([]);

        Assert.Null(window.PerSecond);
        Assert.Null(window.SteadyPerSecond);
        Assert.Null(window.First);
    }

    private static Commit At(double seconds, long rows) => new(Start.AddSeconds(seconds), rows);
}
