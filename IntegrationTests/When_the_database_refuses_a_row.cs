using Contracts;
using IntegrationTests.Stack;
using Microsoft.EntityFrameworkCore;

namespace IntegrationTests;

public sealed class When_the_database_refuses_a_row
{
    private const string NoBlockedCustomer = "alter table orders add constraint no_blocked_customer check (customer_id <> 'blocked')";

    [Theory]
    [InlineData(NoBlockedCustomer, "store.23514", "no_blocked_customer")]
    [InlineData(
        "create table customers (id text primary key); insert into customers values ('c-1'); "
        + "alter table orders add constraint known_customer foreign key (customer_id) references customers",
        "store.23503", "known_customer")]
    [InlineData(
        "create function refuse() returns trigger language plpgsql as $$ begin if new.customer_id = 'blocked' then raise exception 'blocked'; end if; return new; end $$; "
        + "create trigger refuse before insert on orders for each row execute function refuse()",
        "store.P0001", null)]
    public async Task Only_that_row_becomes_a_dead_letter_and_says_why(string rule, string reason, string? constraint)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.ExecuteAsync(rule);
        await pipeline.DeclareAsync();
        var orders = Orders(500);
        var bad = orders[317] = orders[317] with { CustomerId = "blocked" };
        await pipeline.PublishAsync(orders.Select(Some.Json));

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await Eventually.EqualAsync(499L, "orders", () => pipeline.CountAsync("orders"));
        await Eventually.EqualAsync(1L, "dead letters", () => pipeline.CountAsync("dead_letters"));

        await using var context = pipeline.Context();
        var letter = await context.DeadLetters.SingleAsync();
        Assert.Equal((reason, constraint, "store"), (letter.Reason, letter.ConstraintName, letter.Stage));
        Assert.Equal(reason, $"store.{letter.SqlState}");
        Assert.Equal(bad.OrderId, letter.OrderId);
        Assert.Equal(Some.Json(bad), letter.Body);
        await Eventually.EqualAsync(0u, "messages waiting", pipeline.WaitingAsync);
    }

    [Fact]
    public async Task Among_repetitions_it_is_found_as_well()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        var orders = Orders(200);
        await pipeline.PublishAsync(orders.Select(Some.Json));
        await using (var first = await WorkerUnderTest.StartReadyAsync(pipeline))
        {
            await Eventually.EqualAsync(200L, "orders", () => pipeline.CountAsync("orders"));
        }

        await pipeline.ExecuteAsync(NoBlockedCustomer);
        var more = Orders(200);
        more[120] = more[120] with { CustomerId = "blocked" };
        await pipeline.PublishAsync(orders.Concat(more).Select(Some.Json));

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await Eventually.EqualAsync(399L, "orders", () => pipeline.CountAsync("orders"));
        await Eventually.EqualAsync(1L, "dead letters", () => pipeline.CountAsync("dead_letters"));
        await Eventually.EqualAsync(0u, "messages waiting", pipeline.WaitingAsync);
    }

    [Fact]
    public async Task A_unique_index_of_the_operators_own_refuses_the_second_of_two()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.ExecuteAsync("create unique index one_order_a_customer on orders (customer_id)");
        await pipeline.DeclareAsync();
        await pipeline.PublishAsync(Enumerable.Range(0, 100).Select(number => Some.Json(Some.Order(customer: $"c-{number % 99}"))));

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline, "Intake:Lanes=1");
        await Eventually.EqualAsync(99L, "orders", () => pipeline.CountAsync("orders"));
        await Eventually.EqualAsync(1L, "dead letters", () => pipeline.CountAsync("dead_letters where constraint_name = 'one_order_a_customer'"));
    }

    [Fact]
    public async Task A_batch_of_nothing_else_ends()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.ExecuteAsync(NoBlockedCustomer);
        await pipeline.DeclareAsync();
        await pipeline.PublishAsync(Orders(300).Select(order => Some.Json(order with { CustomerId = "blocked" })));
        await pipeline.PublishAsync(Some.Bodies(10));

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await Eventually.EqualAsync(300L, "dead letters", () => pipeline.CountAsync("dead_letters"));
        await Eventually.EqualAsync(10L, "orders", () => pipeline.CountAsync("orders"));
        await worker.BecomesReadyAsync();
    }

    private static List<OrderSubmitted> Orders(int count) => [.. Enumerable.Range(0, count).Select(_ => Some.Order())];
}
