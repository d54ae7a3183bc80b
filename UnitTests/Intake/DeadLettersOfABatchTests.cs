using System.Text;
using RabbitMQ.Client;
using UnitTests.Support;
using Worker.Intake;
using Worker.Intake.Decoding;

namespace UnitTests.Intake;

public sealed class DeadLettersOfABatchTests
{
    [Fact]
    public void The_letter_of_a_conflict_is_the_same_one_however_often_the_batch_is_written()
    {
        var order = Some.NewOrder();
        var batch = Some.Batch(order);

        var letter = batch.ConflictOf(order.OrderId);

        Assert.Same(letter, batch.ConflictOf(order.OrderId));
        batch.Reset();
        Assert.Equal(AddResult.Added, batch.Add(Some.Delivery(1, order)));
        Assert.NotEqual(letter.Id, batch.ConflictOf(order.OrderId).Id);
    }

    [Fact]
    public void An_empty_message_id_is_none()
    {
        var batch = new OrderBatch(maxDeliveries: 10, maxBytes: 1024 * 1024);
        batch.Add(Some.Delivery(1, "x"u8.ToArray(), properties: new BasicProperties { MessageId = "" }));

        var letter = Assert.Single(batch.DeadLetters);
        Assert.Null(letter.MessageId);
        Assert.False(letter.IsRepeatable);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Headers_count_towards_a_full_batch(bool isOrder)
    {
        var batch = new OrderBatch(maxDeliveries: 1000, maxBytes: 1024 * 1024);
        var properties = new BasicProperties { Headers = new Dictionary<string, object?> { ["note"] = new byte[100 * 1024] } };

        var taken = Enumerable.Range(1, 100).TakeWhile(tag => batch.Add(Some.Delivery(
            (ulong)tag, isOrder ? Some.Body(Some.NewOrder()) : "x"u8.ToArray(), properties: properties)) == AddResult.Added).Count();

        Assert.InRange(taken, 10, 11);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Too_many_lines_are_named_as_such_wherever_they_stand(bool linesComeFirst)
    {
        const string line = """{"sku":"s","quantity":1,"unitPrice":0}""";
        var lines = $"\"lines\":[{string.Join(',', Enumerable.Repeat(line, 10_003))}]";
        const string others = """
            "orderId":"0193b2a4-7c1e-7d00-8a2b-5f6c7d8e9f00","customerId":"c","placedAt":"2026-11-20T23:15:01Z","currency":"EUR","total":0
            """;
        var body = linesComeFirst ? $"{{{lines},{others}}}" : $"{{{others},{lines}}}";

        var refusal = DecodedBody.Of(Encoding.UTF8.GetBytes(body)).Refusal;

        Assert.Equal(("rule.lines_count", "the order has 10003 lines; 1 to 10000 are allowed"), (refusal?.Reason, refusal?.Detail));
    }
}
