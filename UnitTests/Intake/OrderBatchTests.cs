using System.Text;
using Contracts;
using Infrastructure.Postgres;
using RabbitMQ.Client;
using UnitTests.Support;
using Worker.Intake;

namespace UnitTests.Intake;

public sealed class OrderBatchTests
{
    private const int HeaderLength = 19;

    private readonly OrderBatch _batch = new(maxDeliveries: 5, maxBytes: 1024 * 1024);
    private ulong _tag;

    [Fact]
    public void Orders_become_rows_in_their_sequence()
    {
        var orders = new[] { Some.NewOrder(), Some.NewOrder(), Some.NewOrder() };
        Array.ForEach(orders, order => Assert.Equal(AddResult.Added, Add(order)));

        _batch.Seal();

        Assert.Equal(orders.Select(order => order.OrderId), CopyReader.Read(_batch.CopyData.Span).Select(row => row.Order.OrderId));
        Assert.Equal((3, 3, 3UL), (_batch.Count, _batch.Deliveries, _batch.LastTag));
        Assert.Empty(_batch.DeadLetters);
    }

    [Fact]
    public void The_hash_of_an_order_is_the_one_in_its_row()
    {
        Add(Some.NewOrder());
        Add(Some.NewOrder());

        _batch.Seal();

        Assert.Equal(
            CopyReader.Read(_batch.CopyData.Span).Select(row => KeyValuePair.Create(row.Order.OrderId, row.ContentHash)), _batch.HashOfOrder);
    }

    [Fact]
    public void The_same_order_twice_is_one_row_and_a_duplicate()
    {
        var order = Some.NewOrder();
        Add(order);

        Assert.Equal(AddResult.Added, Add(order));

        AssertRows(order.OrderId);
        Assert.Equal((2, 1, 2UL), (_batch.Deliveries, _batch.Duplicates, _batch.LastTag));
    }

    [Fact]
    public void The_same_order_in_another_spelling_is_a_duplicate_too()
    {
        Add(Some.Order);

        Assert.Equal(AddResult.Added, _batch.Add(Some.Delivery(++_tag, Some.OrderJsonText.Replace("12.5", "1.25e1", StringComparison.Ordinal))));

        Assert.Equal((1, 1), (_batch.Count, _batch.Duplicates));
    }

    [Fact]
    public void The_same_id_with_other_content_is_left_out_and_the_batch_takes_no_more()
    {
        var order = Some.NewOrder();
        Add(order);

        Assert.Equal(AddResult.Conflicts, Add(Some.Conflicting(order)));
        Assert.Equal(AddResult.Full, Add(Some.NewOrder()));

        AssertRows(order.OrderId);
        Assert.Equal((1, 0, 1UL), (_batch.Deliveries, _batch.Duplicates, _batch.LastTag));
    }

    [Theory]
    [InlineData("{\"orderId\":\"0193b2a4-7c1e-7d00-8a2b-5f6c7d8e9f00\"", "decode.malformed_json")]
    [InlineData("12.5}]", "rule.unit_price_decimals")]
    public void A_refused_message_leaves_nothing_of_its_row_behind(string what, string reason)
    {
        var first = Some.NewOrder();
        var last = Some.NewOrder();
        var torn = what[0] == '{' ? what : Some.OrderJsonText.Replace(what, "1.00001}]", StringComparison.Ordinal);
        Add(first);

        Assert.Equal(AddResult.Added, _batch.Add(Some.Delivery(++_tag, torn)));
        Add(last);

        AssertRows(first.OrderId, last.OrderId);
        Assert.Equal((3, 2, 3UL), (_batch.Deliveries, _batch.Count, _batch.LastTag));
        var letter = Assert.Single(_batch.DeadLetters);
        Assert.Equal(reason, letter.Reason);
        Assert.Equal(torn, Encoding.UTF8.GetString(letter.Body));
    }

    [Fact]
    public void The_last_tag_is_that_of_the_last_message_whatever_became_of_it()
    {
        Add(Some.NewOrder());
        _batch.Add(Some.Delivery(++_tag, "{}"));
        Assert.Equal(2UL, _batch.LastTag);

        Add(Some.Order);
        Add(Some.Order);
        Assert.Equal(4UL, _batch.LastTag);
    }

    [Fact]
    public void A_dead_letter_says_all_that_is_known_of_its_message()
    {
        var properties = new BasicProperties { ContentType = "application/json", MessageId = "m-1" };
        var body = Encoding.UTF8.GetBytes(Some.With("37.50", "1"));

        _batch.Add(Some.Delivery(1, body, redelivered: true, properties));

        var letter = Assert.Single(_batch.DeadLetters);
        Assert.Equal("rule.total_mismatch", letter.Reason);
        Assert.Equal("total is 1.00, but the lines add up to 37.50", letter.Detail);
        Assert.Equal(DeadLetter.DecodeStage, letter.Stage);
        Assert.Equal(Some.Order.OrderId, letter.OrderId);
        Assert.Equal("m-1", letter.MessageId);
        Assert.Equal(Some.Exchange, letter.Exchange);
        Assert.Equal("""{"contentType":"application/json","messageId":"m-1"}""", letter.Headers);
        Assert.True(letter.Redelivered);
        Assert.True(_batch.HasRedelivered);
    }

    [Fact]
    public void A_dead_letter_without_a_readable_order_id_has_none()
    {
        _batch.Add(Some.Delivery(1, "{}"));

        Assert.Null(Assert.Single(_batch.DeadLetters).OrderId);
    }

    [Fact]
    public void A_dead_letter_keeps_its_body_when_the_client_takes_the_memory_back()
    {
        var lent = "{\"note\":1}"u8.ToArray();
        _batch.Add(Some.Delivery(1, lent));
        Array.Clear(lent);

        Assert.Equal("{\"note\":1}", Encoding.UTF8.GetString(Assert.Single(_batch.DeadLetters).Body));
    }

    [Fact]
    public void A_batch_is_full_by_its_deliveries_whatever_became_of_them()
    {
        var order = Some.NewOrder();
        Add(order);
        Add(order);
        _batch.Add(Some.Delivery(++_tag, "{}"));
        Add(Some.NewOrder());
        Assert.Equal(AddResult.Added, Add(Some.NewOrder()));

        Assert.Equal(AddResult.Full, Add(Some.NewOrder()));
        Assert.Equal(5UL, _batch.LastTag);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_batch_is_full_by_its_bytes(bool isValid)
    {
        const int maxBytes = 100_000;
        var batch = new OrderBatch(maxDeliveries: 1000, maxBytes);
        var taken = 0;
        while (batch.Add(Some.Delivery(1, isValid ? Some.Body(Some.NewOrder()) : new byte[500])) == AddResult.Added)
        {
            taken++;
        }

        // A row and its body are kept, about 450 bytes; of a message that is no order only the body.
        Assert.InRange(taken, maxBytes / 600, maxBytes / 400);
    }

    [Fact]
    public void A_message_larger_than_a_batch_still_finds_a_place_in_an_empty_one()
    {
        var batch = new OrderBatch(maxDeliveries: 10, maxBytes: 64 * 1024);

        Assert.Equal(AddResult.Added, batch.Add(Some.Delivery(1, new byte[200 * 1024])));
        Assert.Equal(AddResult.Full, batch.Add(Some.Delivery(2, Some.NewOrder())));
    }

    [Fact]
    public void A_reset_batch_is_as_new()
    {
        var order = Some.NewOrder();
        _batch.Add(Some.Delivery(++_tag, order, redelivered: true));
        Add(order);
        _batch.Add(Some.Delivery(++_tag, "{}"));
        Add(Some.Conflicting(order));
        _batch.Seal();

        _batch.Reset();

        Assert.Equal((0, 0, 0, 0UL, false), (_batch.Count, _batch.Deliveries, _batch.Duplicates, _batch.LastTag, _batch.HasRedelivered));
        Assert.Empty(_batch.DeadLetters);
        Assert.Empty(_batch.PublishTimes());
        Assert.Equal(HeaderLength, _batch.CopyData.Length);
        Assert.Equal(AddResult.Added, Add(Some.Conflicting(order)));
        AssertRows(order.OrderId);
    }

    [Fact]
    public void A_conflict_found_later_brings_back_the_message_as_it_came()
    {
        var properties = new BasicProperties
        {
            ContentType = "application/json",
            MessageId = "m-2",
            Headers = new Dictionary<string, object?> { ["published-at"] = 5L },
        };
        var order = Some.NewOrder();
        var lent = Some.Body(order);
        Add(Some.NewOrder());
        _batch.Add(Some.Delivery(++_tag, lent, redelivered: true, properties));
        Add(Some.NewOrder());
        Array.Clear(lent);
        _batch.Seal();

        var letter = _batch.ConflictOf(order.OrderId);

        Assert.Equal(Some.Body(order), letter.Body);
        Assert.Equal("""{"contentType":"application/json","messageId":"m-2","headers":{"published-at":5}}""", letter.Headers);
        Assert.Equal(("conflict.duplicate", DeadLetter.StoreStage), (letter.Reason, letter.Stage));
        Assert.Equal($"order {order.OrderId} is stored already with other content", letter.Detail);
        Assert.Equal((order.OrderId, "m-2", Some.Exchange, true), (letter.OrderId!.Value, letter.MessageId, letter.Exchange, letter.Redelivered));
    }

    [Fact]
    public void One_redelivered_message_marks_its_batch()
    {
        Add(Some.NewOrder());
        Assert.False(_batch.HasRedelivered, "nothing was delivered before");

        _batch.Add(Some.Delivery(++_tag, Some.NewOrder(), redelivered: true));
        Add(Some.NewOrder());

        Assert.True(_batch.HasRedelivered);
    }

    [Fact]
    public void Publish_times_come_from_the_header()
    {
        _batch.Add(Some.Delivery(++_tag, Some.Body(Some.NewOrder()), properties: PublishedAt(17L)));
        _batch.Add(Some.Delivery(++_tag, Some.Body(Some.NewOrder()), properties: PublishedAt(18)));
        _batch.Add(Some.Delivery(++_tag, Some.Body(Some.NewOrder()), properties: PublishedAt("19")));
        _batch.Add(Some.Delivery(++_tag, Some.Body(Some.NewOrder()), properties: PublishedAt(-20L)));
        Add(Some.NewOrder());

        Assert.Equal([17L, 18L], _batch.PublishTimes());
    }

    [Fact]
    public void A_content_type_that_is_not_understood_puts_the_message_aside()
    {
        _batch.Add(Some.Delivery(1, Some.Body(), properties: new BasicProperties { ContentType = "text/xml" }));

        Assert.Equal("decode.content_type_unsupported", Assert.Single(_batch.DeadLetters).Reason);
    }

    private static BasicProperties PublishedAt(object value) =>
        new() { Headers = new Dictionary<string, object?> { ["published-at"] = value } };

    private AddResult Add(OrderSubmitted order) => _batch.Add(Some.Delivery(++_tag, order));

    private void AssertRows(params IEnumerable<Guid> orderIds)
    {
        _batch.Seal();
        Assert.Equal(orderIds, CopyReader.ReadKeys(_batch.CopyData.Span).Select(key => key.OrderId));
        Assert.Equal(orderIds.Count(), _batch.Count);
    }
}
