using Benchmarks.Drain;
using Benchmarks.Servers;

namespace UnitTests.Benchmarks;

public sealed class BooksTests
{
    private static readonly Contents Orders = new(100, 2_500.50m, 1_767_225_600_000_000m, 321);
    private static readonly Published Published = new(112, Orders, Bad: 2);
    private static readonly Left Fine = new(Orders, Rows: 100, DeadLetters: 2, LeftInQueue: 0);

    [Fact]
    public void Everything_where_it_belongs_is_no_problem() => Assert.Null(Books.Problem(Published, Fine));

    [Fact]
    public void A_lost_order_disqualifies() => Complains(Fine with { Stored = Orders with { Orders = 99 } }, "lost 1 of 100 orders");

    [Fact]
    public void A_row_too_many_disqualifies() => Complains(Fine with { Rows = 101 }, "1 rows too many");

    [Fact]
    public void An_altered_total_disqualifies() => Complains(Fine with { Stored = Orders with { Total = 2_500.51m } }, "altered totals");

    [Fact]
    public void An_altered_time_disqualifies() => Complains(Fine with { Stored = Orders with { PlacedAt = 1 } }, "altered times");

    [Fact]
    public void An_altered_quantity_disqualifies() => Complains(Fine with { Stored = Orders with { Quantity = 320 } }, "altered quantities");

    [Fact]
    public void A_bad_message_that_vanished_disqualifies() => Complains(Fine with { DeadLetters = 1 }, "kept 1 of 2 bad messages");

    [Fact]
    public void A_message_that_was_stored_but_not_acknowledged_disqualifies() => Complains(Fine with { LeftInQueue = 7 }, "left 7 messages");

    private static void Complains(Left left, string reason) => Assert.Contains(reason, Books.Problem(Published, left), StringComparison.Ordinal);
}
