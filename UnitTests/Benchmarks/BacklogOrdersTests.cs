using System.Text.Json;
using Benchmarks.Servers;
using Contracts;

namespace UnitTests.Benchmarks;

public sealed class BacklogOrdersTests
{
    [Fact]
    public void Random_ids_are_version_4_and_everything_else_stays()
    {
        var (plain, random) = (Take(new Backlog { Messages = 50 }), Take(new Backlog { Messages = 50, RandomIds = true }));

        Assert.All(plain, order => Assert.Equal(7, order.OrderId.Version));
        Assert.All(random, order => Assert.Equal((4, 8), (order.OrderId.Version, order.OrderId.Variant & 0xC)));
        Assert.Equal(50, random.Select(order => order.OrderId).Distinct().Count());
        Assert.Equal(plain.Select(order => (order.CustomerId, order.PlacedAt, order.Total)), random.Select(order => (order.CustomerId, order.PlacedAt, order.Total)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    public void Every_order_has_the_lines_that_were_asked_for_and_is_valid(int lines) => Assert.All(
        Take(new Backlog { Messages = 20, Lines = lines }),
        order =>
        {
            Assert.Equal(lines, order.Lines.Count);
            Assert.Null(OrderValidator.Check(order));
        });

    [Fact]
    public void The_same_backlog_is_the_same_bytes_and_a_repeated_order_stays_the_same_order()
    {
        var backlog = new Backlog { Messages = 200, Duplicates = 0.3, RandomIds = true, Lines = 3 };

        var orders = Take(backlog);

        Assert.Equal(orders.Select(order => order.OrderId), Take(backlog).Select(order => order.OrderId));
        Assert.InRange(orders.Select(order => order.OrderId).Distinct().Count(), 100, 180);
        Assert.All(orders.GroupBy(order => order.OrderId), group => Assert.Single(group.Select(order => order.Total).Distinct()));
    }

    private static OrderSubmitted[] Take(Backlog backlog)
    {
        var orders = new BacklogOrders(backlog);
        return
        [
            .. Enumerable.Range(0, backlog.Messages).Select(_ =>
            {
                var generated = orders.Next();
                var order = JsonSerializer.Deserialize(generated.Json.Span, OrderJson.Default.OrderSubmitted)!;
                Assert.Equal(generated.Id, order.OrderId);
                return order;
            }),
        ];
    }
}
