using Infrastructure;

namespace UnitTests;

public sealed class RunLedgerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orders-test-");

    [Fact]
    public void What_was_sent_and_confirmed_is_read_back_each_id_once()
    {
        var (first, second, third) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var path = Write(ledger =>
        {
            ledger.Sent(second);
            ledger.Sent(first);
            ledger.Sent(second);
            ledger.Sent(third);
            ledger.NotConfirmed(third.ToString());
            ledger.Complete();
        });

        var read = RunLedger.Read(path);

        Assert.Equal(new[] { first, second }.Order(), read.Ids);
        Assert.Equal(3, read.Published);
        Assert.True(read.IsComplete);
    }

    [Fact]
    public void A_repetition_that_was_not_confirmed_leaves_the_first_one()
    {
        var id = Guid.NewGuid();
        var path = Write(ledger =>
        {
            ledger.Sent(id);
            ledger.Sent(id);
            ledger.NotConfirmed(id.ToString());
            ledger.Complete();
        });

        var read = RunLedger.Read(path);

        Assert.Equal([id], read.Ids);
        Assert.Equal(1, read.Published);
    }

    [Fact]
    public void A_run_that_was_killed_is_read_as_far_as_it_came()
    {
        var path = Write(ledger => ledger.Sent(Guid.NewGuid()));
        File.AppendAllText(path, "019a9c3e-7f00-70");

        var read = RunLedger.Read(path);

        Assert.Single(read.Ids);
        Assert.False(read.IsComplete);
    }

    [Fact]
    public void Several_runs_are_read_as_one_and_all_must_be_complete()
    {
        var id = Guid.NewGuid();
        var ended = Write(ledger =>
        {
            ledger.Sent(id);
            ledger.Complete();
        });
        var killed = Write(ledger => ledger.Sent(id));

        var read = RunLedger.Read(ended, killed);

        Assert.Equal((2L, 1), (read.Published, read.Ids.Count));
        Assert.False(read.IsComplete);
    }

    [Theory]
    [InlineData("orders\n", "is no run ledger")]
    [InlineData("# orders run ledger 1\n019a9c3e-7f00-7000-8000-00000000000X and more\n", "line 2")]
    public void What_is_no_ledger_is_refused_with_the_place(string text, string expected)
    {
        var path = Path.Combine(_folder.FullName, "other.txt");
        File.WriteAllText(path, text);

        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => RunLedger.Read(path)).Message);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(Action<RunLedgerWriter> write)
    {
        var path = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.ledger");
        using var ledger = new RunLedgerWriter(path);
        write(ledger);
        return path;
    }
}
