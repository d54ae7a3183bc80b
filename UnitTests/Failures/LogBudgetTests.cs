using UnitTests.Support;
using Worker.Failures;

namespace UnitTests.Failures;

public sealed class LogBudgetTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogBudget _budget;

    public LogBudgetTests()
    {
        _budget = new LogBudget(linesASecond: 3, _time);
    }

    [Fact]
    public void A_second_has_so_many_lines_and_the_next_one_says_how_many_were_left_out()
    {
        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(_ => _budget.Take(out var _)));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_budget.Take(out var leftOut));
        Assert.Equal(2, leftOut);
        Assert.True(_budget.Take(out leftOut));
        Assert.Equal(0, leftOut);
    }

    [Fact]
    public void No_second_has_twice_as_many_wherever_it_begins()
    {
        var taken = new List<double>();
        for (var millisecond = 0; millisecond < 5000; millisecond += 10)
        {
            if (_budget.Take(out _))
            {
                taken.Add(millisecond);
            }

            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.All(taken, from => Assert.InRange(taken.Count(line => line >= from && line < from + 1000), 1, 6));
        Assert.Equal(15, taken.Count);
    }

    [Fact]
    public void Lanes_that_ask_at_once_share_it()
    {
        var taken = 0;

        Parallel.For(0, 1000, _ =>
        {
            if (_budget.Take(out var _))
            {
                Interlocked.Increment(ref taken);
            }
        });

        Assert.Equal(3, taken);
    }
}
