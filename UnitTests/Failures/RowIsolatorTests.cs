using System.Numerics;
using UnitTests.Support;
using Worker.Failures;

namespace UnitTests.Failures;

public sealed class RowIsolatorTests
{
    [Fact]
    public void Exactly_the_bad_rows_are_found_and_every_other_row_is_stored_once() => ForAny.Case(
        build: choices =>
        {
            var rows = choices.Between(1, 60);
            var oneIn = choices.OneOf(1, 2, 8, 60);
            var bad = Enumerable.Range(0, rows).Where(_ => choices.Below(oneIn) == 0).Append(choices.Below(rows)).ToHashSet();
            return (Rows: rows, Bad: bad, IsNamed: choices.Rarely(2));
        },
        show: any => $"{any.Rows} rows, bad: {string.Join(' ', any.Bad)}, named: {any.IsNamed}",
        check: any =>
        {
            var search = Search(any.Rows, any.Bad, any.IsNamed);

            Assert.Equal(any.Bad.Order(), search.Found.Order());
            Assert.Equal(Enumerable.Range(0, any.Rows).Except(any.Bad), search.Stored.Order());
            Assert.InRange(search.Attempts, 1, (2 * any.Rows) + BitOperations.Log2((uint)any.Rows));
        },
        cases: 1000);

    [Fact]
    public void One_of_a_thousand_is_found_in_twelve_attempts_wherever_it_is_and_one_more_stores_the_rest()
    {
        for (var bad = 0; bad < 1000; bad++)
        {
            var search = Search(1000, [bad], isNamed: false);

            Assert.Equal([bad], search.Found);
            Assert.Equal(999, search.Stored.Count);
            Assert.InRange(search.FoundAfter, 1, 12);
            Assert.InRange(search.Attempts, search.FoundAfter, 13);
        }
    }

    [Fact]
    public void A_row_that_the_server_names_costs_one_attempt()
    {
        var search = Search(1000, [700], isNamed: true);

        Assert.Equal([700], search.Found);
        Assert.Equal((999, 2), (search.Stored.Count, search.Attempts));
    }

    [Fact]
    public void Where_all_are_bad_and_named_a_row_is_sent_a_few_times_and_not_a_thousand()
    {
        var search = Search(1000, [.. Enumerable.Range(0, 1000)], isNamed: true);

        Assert.Equal((1000, 1000), (search.Found.Count, search.Attempts));
        Assert.InRange(search.Sent, 1000, 12_000);
    }

    [Fact]
    public void Few_rows_may_go_first_and_the_others_follow_in_one_piece()
    {
        var isolator = new RowIsolator([0, 1], [2, 3, 4]);

        isolator.Stored();
        Assert.Equal([2, 3, 4], isolator.Next);
        Assert.True(isolator.IsLast);

        isolator.Stored();
        Assert.Empty(isolator.Next);
    }

    [Fact]
    public void A_name_that_is_not_among_the_rows_is_not_believed()
    {
        var isolator = new RowIsolator([0, 1, 2, 3], []);

        isolator.Refused(culprit: 17);

        Assert.Null(isolator.Culprit);
        Assert.Equal([0, 1], isolator.Next);
    }

    [Fact]
    public void Nobody_is_blamed_because_the_others_are_fine()
    {
        var isolator = new RowIsolator([0, 1], []);
        isolator.Refused(culprit: null);
        isolator.Stored();

        Assert.Null(isolator.Culprit);
        Assert.Equal([1], isolator.Next);

        isolator.Stored();
        Assert.Null(isolator.Culprit);
        Assert.Empty(isolator.Next);
    }

    private static Outcome Search(int rows, HashSet<int> bad, bool isNamed)
    {
        int[] all = [.. Enumerable.Range(0, rows)];
        var isolator = new RowIsolator(all, []);
        var (found, stored, attempts, foundAfter, sent) = (new List<int>(), new List<int>(), 0, 0, 0);
        while (isolator.Next.Length > 0)
        {
            attempts++;
            sent += isolator.Next.Length;
            if (isolator.Next.Any(bad.Contains))
            {
                isolator.Refused(NameIn(isolator.Next));
            }
            else
            {
                stored.AddRange(isolator.Next);
                isolator.Stored();
            }

            Note();
        }

        return new Outcome(found, stored, attempts, foundAfter, sent);

        int? NameIn(int[] part) => isNamed ? Array.FindIndex(part, bad.Contains) : null;

        void Note()
        {
            if (isolator.Culprit is { } culprit)
            {
                found.Add(culprit);
                foundAfter = attempts;
            }
        }
    }

    /// <param name="FoundAfter">Attempts until the last culprit was found.</param>
    /// <param name="Sent">Rows, each time counted.</param>
    private sealed record Outcome(List<int> Found, List<int> Stored, int Attempts, int FoundAfter, int Sent);
}
