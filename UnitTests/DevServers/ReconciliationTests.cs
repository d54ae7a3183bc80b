using DevServers.Demo;

namespace UnitTests.DevServers;

public sealed class ReconciliationTests
{
    [Fact]
    public void Books_that_balance_have_no_equation_that_fails()
    {
        Assert.All(Reconciliation.Check(BooksOf(confirmed: 10, rows: 7, duplicates: 1, deadRows: 2, putAside: 2)), equation => Assert.True(equation.Holds, equation.Claim));
    }

    [Fact]
    public void A_dead_letter_that_came_twice_is_one_row_and_balances()
    {
        Assert.All(Reconciliation.Check(BooksOf(confirmed: 4, rows: 1, duplicates: 1, deadRows: 1, putAside: 2)), equation => Assert.True(equation.Holds, equation.Claim));
    }

    [Theory]
    [InlineData(11, 7, 1, 2, 2)]
    [InlineData(10, 8, 1, 2, 2)]
    [InlineData(10, 7, 1, 0, 2)]
    [InlineData(10, 7, 1, 3, 2)]
    public void An_order_too_few_or_too_many_is_seen(int confirmed, int rows, int duplicates, int deadRows, int putAside)
    {
        Assert.Contains(Reconciliation.Check(BooksOf(confirmed, rows, duplicates, deadRows, putAside)), equation => !equation.Holds);
    }

    [Fact]
    public void A_message_left_in_the_queue_is_seen()
    {
        Assert.Contains(Reconciliation.Check(BooksOf(10, 7, 1, 2, 2) with { QueueDepth = 1 }), equation => !equation.Holds);
    }

    private static Books BooksOf(int confirmed, int rows, int duplicates, int deadRows, int putAside) => new()
    {
        Producer = new ProducerReport { Published = confirmed, Confirmed = confirmed },
        Generated = false,
        Replicas = [new WorkerStatus { Stored = rows, Duplicates = duplicates, DeadLetters = new() { ["rule.total_mismatch"] = putAside } }],
        Rows = rows,
        DistinctRows = rows,
        DeadLetters = new Dictionary<string, long> { ["rule.total_mismatch"] = deadRows },
        QueueDepth = 0,
    };
}
