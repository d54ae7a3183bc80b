using Contracts;
using Infrastructure.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using UnitTests.Support;
using Worker.Failures;
using Worker.Intake;

namespace UnitTests.Intake;

public sealed class RefusedRowTests
{
    private readonly RecordingTimeProvider _time = new();
    private readonly FakeOrderStore _store = new();
    private readonly BatchWriter _writer;

    public RefusedRowTests()
    {
        _writer = new BatchWriter(_store, new WriteBreaker(_time, new Random(1)), TimeSpan.FromMinutes(5), new LogBudget(8, _time), _time, NullLogger.Instance, "lane");
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 13)]
    public async Task One_bad_row_among_a_thousand_is_put_aside_in_few_attempts_and_the_others_are_stored(bool isNamed, int most)
    {
        var orders = Orders(1000);
        foreach (var bad in (int[])[0, 1, 499, 500, 622, 998, 999])
        {
            var store = new FakeOrderStore { NamesRefusedRow = isNamed };
            store.Refuse(orders[bad].OrderId);
            var writer = new BatchWriter(store, new WriteBreaker(_time, new Random(1)), TimeSpan.FromMinutes(5), new LogBudget(8, _time), _time, NullLogger.Instance, "lane");

            var outcome = await WriteAsync(writer, Some.Batch([.. orders]));

            Assert.Equal(999, outcome.Stored);
            Assert.Equal(999, store.Orders);
            Assert.Equal(orders[bad].OrderId, Assert.Single(store.DeadLetters).OrderId);
            Assert.InRange(store.Attempts.Count, 2, most);
            store.AssertNoMisuse();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_batch_of_nothing_but_bad_rows_ends(bool isNamed)
    {
        var orders = Orders(200);
        _store.NamesRefusedRow = isNamed;
        _store.Refuse(orders.Select(order => order.OrderId));

        var outcome = await WriteAsync(_writer, Some.Batch([.. orders]));

        Assert.Equal(0, outcome.Stored);
        Assert.Equal(200, _store.DeadLetters.Count);
        Assert.InRange(_store.Attempts.Count, 201, 410);
        _store.AssertNoMisuse();
    }

    [Fact]
    public async Task The_dead_letter_says_what_the_database_said()
    {
        var order = Some.NewOrder();
        _store.Refuse(order.OrderId);

        await WriteAsync(_writer, Some.Batch(order));

        var letter = Assert.Single(_store.DeadLetters);
        Assert.Equal(("store.23514", "23514", "no_such_customer"), (letter.Reason, letter.SqlState, letter.ConstraintName));
        Assert.Equal(DeadLetter.StoreStage, letter.Stage);
        Assert.Equal(Some.Body(order), letter.Body);
    }

    [Fact]
    public async Task A_batch_with_other_dead_letters_keeps_them()
    {
        var bad = Some.NewOrder();
        var batch = new OrderBatch(10, 1024 * 1024);
        batch.Add(Some.Delivery(1, "no json"u8.ToArray()));
        batch.Add(Some.Delivery(2, bad));
        batch.Add(Some.Delivery(3, Some.NewOrder()));
        batch.Seal();
        _store.Refuse(bad.OrderId);

        await WriteAsync(_writer, batch);

        Assert.Equal(2, _store.DeadLetters.Count);
        Assert.Equal(1, _store.Orders);
    }

    [Fact]
    public async Task A_bad_row_among_duplicates_is_found_on_the_idempotent_path()
    {
        var (known, bad, fresh) = (Some.NewOrder(), Some.NewOrder(), Some.NewOrder());
        await WriteAsync(_writer, Some.Batch(known));
        _store.NamesRefusedRow = false;
        _store.Refuse(bad.OrderId);

        var batch = new OrderBatch(10, 1024 * 1024);
        batch.Add(Some.Delivery(1, known, redelivered: true));
        batch.Add(Some.Delivery(2, bad));
        batch.Add(Some.Delivery(3, fresh));
        batch.Seal();
        var outcome = await WriteAsync(_writer, batch);

        Assert.Equal((1, 1), (outcome.Stored, outcome.Duplicates));
        Assert.Equal(bad.OrderId, Assert.Single(_store.DeadLetters).OrderId);
        _store.AssertNoMisuse();
    }

    [Fact]
    public async Task A_database_that_goes_away_during_the_search_blames_nobody()
    {
        var orders = Orders(8);
        _store.NamesRefusedRow = false;
        _store.Refuse(orders[5].OrderId);
        _store.FaultOf = number => number switch { 2 => StoreFault.Before, 4 => StoreFault.After, _ => StoreFault.None };

        var writing = WriteAsync(_writer, Some.Batch([.. orders]));
        for (var wait = 1; wait <= 2; wait++)
        {
            await _time.TimersSet.Reach(wait);
            _time.Advance(_time.LastDue);
        }

        var outcome = await writing;
        Assert.Equal(7, outcome.Stored + outcome.Duplicates);
        Assert.Equal(7, _store.Orders);
        Assert.Equal(orders[5].OrderId, Assert.Single(_store.DeadLetters).OrderId);
        _store.AssertNoMisuse();
    }

    private static List<OrderSubmitted> Orders(int count) => [.. Enumerable.Range(0, count).Select(_ => Some.NewOrder())];

    private static async Task<BatchOutcome> WriteAsync(BatchWriter writer, OrderBatch batch)
    {
        var outcome = await writer.WriteAsync(batch, CancellationToken.None, CancellationToken.None).OrTooLate("the write did not end");
        return outcome!.Value;
    }
}
