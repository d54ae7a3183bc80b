using Contracts;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_books_do_not_balance
{
    private const string Foreign = "01a1fd35-d4f1-7146-89e3-000000000001";
    private const string Innocent = "01a1fd35-d4f1-7146-89e3-000000000002";

    // Each of these columns could be the only one that is wrong.
    private static readonly string[] Changes =
    [
        "customer_id = 'c-2'",
        "placed_at = placed_at + interval '1 second'",
        "currency = 'USD'",
        "total = 6",
        """lines = '[{"sku": "SKU-1", "quantity": 3, "unitPrice": 2.50}]'""",
        "content_hash = order_id",
    ];

    [Fact]
    public async Task The_ledger_names_the_orders_that_are_missing_doubled_foreign_or_altered()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        var orders = Some.Orders(20).ToList();
        var ledger = await SettledAsync(pipeline, orders, []);

        await pipeline.ExecuteAsync(
            $"""
            alter table orders drop constraint orders_pkey;
            delete from orders where order_id = '{orders[0].OrderId}';
            insert into orders select * from orders where order_id = '{orders[1].OrderId}';
            insert into orders select '{Foreign}', customer_id, placed_at, currency, total, lines, content_hash from orders where order_id = '{orders[2].OrderId}'
            """);
        string[] faults =
            [$"1 confirmed and not stored: {orders[0].OrderId}", $"1 stored more than once: {orders[1].OrderId}", $"1 stored and never published: {Foreign}"];
        Assert.Equal(faults, await ledger.FaultsAsync());

        foreach (var (order, change) in orders[3..].Zip(Changes))
        {
            await pipeline.ExecuteAsync($"update orders set {change} where order_id = '{order.OrderId}'");
        }

        // The scan meets them in the sequence in which they were changed.
        Assert.Equal(
            [.. faults, $"{Changes.Length} stored with other content: {string.Join(", ", orders[3..(3 + Changes.Length)].Select(order => order.OrderId))}"],
            await ledger.FaultsAsync());
    }

    [Fact]
    public async Task The_ledger_names_the_dead_letters_that_are_missing_doubled_or_innocent_or_say_another_reason()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        var unfit = Some.Orders(3).Select(order => order with { Total = 1 }).ToList();
        var ledger = await SettledAsync(pipeline, Some.Orders(1), unfit);

        await pipeline.ExecuteAsync(
            $$"""
            delete from dead_letters where order_id = '{{unfit[0].OrderId}}';
            update dead_letters set reason = 'conflict.duplicate' where order_id = '{{unfit[1].OrderId}}';
            insert into dead_letters (id, body, headers, reason, detail, stage, order_id, exchange, fingerprint, worker)
            select order_id, body, headers, reason, detail, stage, order_id, exchange, fingerprint, worker
            from dead_letters where order_id = '{{unfit[2].OrderId}}';
            insert into dead_letters (id, body, headers, reason, detail, stage, exchange, fingerprint, worker)
            values ('{{Innocent}}', '', '{}', 'store.23514', 'refused', 'store', '', '{{Innocent}}', 'w')
            """);
        var faults = await ledger.FaultsAsync();
        Assert.Equal(4, faults.Count);
        Assert.Contains($"innocent among the dead letters: {Innocent} (store.23514: refused)", faults);
        Assert.Contains(faults, fault => fault.StartsWith($"a dead letter more than once: {unfit[2].OrderId} ", StringComparison.Ordinal));
        Assert.Contains(faults, fault =>
            fault.StartsWith($"a dead letter for another reason than rule.total_mismatch: {unfit[1].OrderId} ", StringComparison.Ordinal));
        Assert.Contains(faults, fault =>
            fault.StartsWith("1 published and no dead letter: ", StringComparison.Ordinal) && fault.Contains($"{unfit[0].OrderId}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_ledger_sees_what_is_left_in_a_queue()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        var ledger = Ledger.Of(pipeline);
        await pipeline.PublishAsync(Some.Body());

        await Eventually.TrueAsync("the ledger sees it", async () =>
        {
            var faults = await ledger.FaultsAsync();
            return (faults.SequenceEqual([$"1 left in queue {pipeline.Names.Queue}"]), string.Join(Environment.NewLine, faults));
        });
    }

    private static async Task<Ledger> SettledAsync(Pipeline pipeline, IEnumerable<OrderSubmitted> orders, IEnumerable<OrderSubmitted> unfit)
    {
        await pipeline.DeclareAsync();
        var ledger = await Ledger.PublishAsync(pipeline, orders);
        foreach (var order in unfit)
        {
            await ledger.PutsAsideAsync(order, "rule.total_mismatch");
        }

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
        return ledger;
    }
}
