using System.Text;
using Producer.Generate;
using Producer.Publish;

namespace UnitTests.Producer;

public sealed class OrderGeneratorTests
{
    private static readonly GeneratorOptions Options = new()
    {
        Seed = 17,
        Start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
    };

    [Fact]
    public void Every_fresh_order_is_valid() =>
        Assert.All(Generate(Options, 5_000), order => Assert.Null(OrderCheck.Check(order.Json.Span, out _)));

    [Fact]
    public void The_same_seed_gives_the_same_bytes() =>
        Assert.Equal(Texts(Generate(Options, 1_000)), Texts(Generate(Options, 1_000)));

    [Fact]
    public void The_first_order_of_a_seed_never_changes() => Assert.Equal(
        """{"orderId":"019b76da-a801-71b9-bdea-e997dd53f791","customerId":"C-0000009","placedAt":"2026-01-01T02:00:00.001315+02:00","currency":"CHF","total":5.05,"lines":[{"sku":"SKU-00001","quantity":1,"unitPrice":5.05}]}""",
        Texts(Generate(Options, 1))[0]);

    [Fact]
    public void Another_seed_gives_other_orders() =>
        Assert.Empty(Ids(Generate(Options, 1_000)).Intersect(Ids(Generate(Options with { Seed = 18 }, 1_000))));

    [Fact]
    public void Ids_are_version_7_ascend_with_time_and_are_the_order_s_own()
    {
        var orders = Generate(Options, 5_000);

        Assert.Equal(orders.Count, Ids(orders).Distinct().Count());
        Assert.All(orders, order =>
        {
            Assert.Equal(7, order.Id.Version);
            Assert.Contains(order.Id.ToString(), Encoding.UTF8.GetString(order.Json.Span), StringComparison.Ordinal);
        });
        var times = orders.Select(order => order.Id.ToString()[..13]).ToList();
        Assert.Equal(times.Order(StringComparer.Ordinal), times);
    }

    [Fact]
    public void Duplicates_repeat_an_earlier_order_byte_for_byte_and_change_no_other()
    {
        var orders = Generate(Options with { Duplicates = 0.1 }, 5_000);
        var fresh = orders.Where(order => order.Kind is GeneratedKind.Fresh).ToList();
        var duplicates = orders.Where(order => order.Kind is GeneratedKind.Duplicate).ToList();

        Assert.InRange(duplicates.Count, 400, 600);
        Assert.Equal(Texts(Generate(Options, fresh.Count)), Texts(fresh));
        Assert.Subset(Texts(fresh).ToHashSet(), Texts(duplicates).ToHashSet());
    }

    [Fact]
    public void Bad_orders_are_all_refused_on_one_line_and_have_ids_of_their_own()
    {
        var orders = Generate(Options with { Bad = 0.5 }, 4_000);
        var bad = orders.Where(order => order.Kind is GeneratedKind.Bad).ToList();

        Assert.InRange(bad.Count, 1_800, 2_200);
        Assert.All(bad, order => Assert.NotNull(OrderCheck.Check(order.Json.Span, out _)));
        Assert.All(bad, order => Assert.DoesNotContain((byte)'\n', order.Json.ToArray()));
        Assert.Equal(orders.Count, Ids(orders).Distinct().Count());
        Assert.InRange(bad.Select(order => OrderCheck.Check(order.Json.Span, out _)!.Value.Name).Distinct().Count(), 18, int.MaxValue);
    }

    [Fact]
    public void Amounts_can_be_written_as_masstransit_writes_them() =>
        Assert.All(Texts(Generate(Options with { AmountsAsText = true }, 100)), json => Assert.Contains("\"total\":\"", json, StringComparison.Ordinal));

    [Fact]
    public void Few_customers_place_most_orders_and_most_orders_have_few_lines()
    {
        var orders = Texts(Generate(Options, 10_000));

        Assert.InRange(orders.Count(json => json.Contains("\"C-0000001\"", StringComparison.Ordinal)), 800, 1_500);
        var lines = orders.Select(json => json.Split("\"sku\"").Length - 1).ToList();
        Assert.InRange(lines.Count(count => count == 1), 4_000, 6_000);
        Assert.InRange(lines.Max(), 30, OrderDraft.MaxLines);
    }

    private static List<GeneratedOrder> Generate(GeneratorOptions options, int count)
    {
        var generator = new OrderGenerator(options);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var order = generator.Next();
            return order with { Json = order.Json.ToArray() };
        })];
    }

    private static List<string> Texts(IEnumerable<GeneratedOrder> orders) => [.. orders.Select(order => Encoding.UTF8.GetString(order.Json.Span))];

    private static List<Guid> Ids(IEnumerable<GeneratedOrder> orders) => [.. orders.Select(order => order.Id)];
}
