using Infrastructure.RabbitMq;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace UnitTests.RabbitMq;

/// <summary>Texts as RabbitMQ 3.10 and 4 send them.</summary>
public sealed class TopologyMismatchTests
{
    [Theory]
    [InlineData(
        "PRECONDITION_FAILED - inequivalent arg 'x-delivery-limit' for queue 'orders' in vhost '/': received the value '20' of type 'signedint' but current is none",
        "queue", "orders", "x-delivery-limit", "none", "20")]
    [InlineData(
        "PRECONDITION_FAILED - inequivalent arg 'x-delivery-limit' for queue 'orders' in vhost '/': received the value '20' of type 'signedint' but current is the value '5' of type 'long'",
        "queue", "orders", "x-delivery-limit", "5", "20")]
    [InlineData(
        "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'orders' in vhost '/': received the value 'quorum' of type 'longstr' but current is none",
        "queue", "orders", "x-queue-type", "none", "quorum")]
    [InlineData(
        "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'orders' in vhost 'shop': received 'quorum' but current is 'classic'",
        "queue", "orders", "x-queue-type", "classic", "quorum")]
    [InlineData(
        "PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'orders' in vhost '/': received none but current is the value '1000' of type 'signedint'",
        "queue", "orders", "x-max-length", "1000", "none")]
    [InlineData(
        "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'orders' in vhost '/': received 'true' but current is 'false'",
        "queue", "orders", "durable", "false", "true")]
    [InlineData(
        "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'orders' in vhost '/': received 'fanout' but current is 'topic'",
        "exchange", "orders", "type", "topic", "fanout")]
    [InlineData(
        "PRECONDITION_FAILED - inequivalent arg 'x-dead-letter-exchange' for queue 'eu.orders_1' in vhost '': received the value 'eu.orders_1.dead' of type 'longstr' but current is the value 'old dead' of type 'longstr'",
        "queue", "eu.orders_1", "x-dead-letter-exchange", "old dead", "eu.orders_1.dead")]
    public void The_refusal_of_the_broker_is_understood(string text, string kind, string name, string argument, string found, string wanted)
    {
        var mismatch = From(text);

        Assert.NotNull(mismatch);
        Assert.Equal((kind, name, argument, found, wanted), (mismatch.Kind, mismatch.Name, mismatch.Argument, mismatch.Found, mismatch.Wanted));
        Assert.IsType<OperationInterruptedException>(mismatch.InnerException);
    }

    [Fact]
    public void The_message_says_what_is_there_what_is_wanted_and_the_two_ways_out() =>
        Assert.Equal(
            "The queue 'orders' exists with durable = false, but true is wanted. Either drain and delete that queue, so that it is declared anew, " +
            "or set RabbitMq:Pipeline (now 'orders') to a name of its own.",
            From("PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'orders' in vhost '/': received 'true' but current is 'false'")?.Message);

    [Theory]
    [InlineData("orders.dead")]
    [InlineData("orders")]
    public void The_setting_that_is_named_is_the_pipeline_of_the_dead_side_too(string name) =>
        Assert.Contains(
            "RabbitMq:Pipeline (now 'orders')",
            From($"PRECONDITION_FAILED - inequivalent arg 'type' for exchange '{name}' in vhost '/': received 'fanout' but current is 'topic'")?.Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("ACCESS_REFUSED - access to queue 'orders' in vhost '/' refused for user 'guest'")]
    [InlineData("NOT_FOUND - no queue 'orders' in vhost '/'")]
    [InlineData("PRECONDITION_FAILED - unknown delivery tag 5")]
    [InlineData("PRECONDITION_FAILED - invalid arg 'x-queue-type' for queue 'orders' in vhost '/'")]
    [InlineData("RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'orders' in vhost '/'")]
    public void Any_other_refusal_is_none_of_its_business(string text) => Assert.Null(From(text));

    [Fact]
    public void A_refusal_without_a_reason_is_none_either() =>
        Assert.Null(TopologyMismatchException.From(new OperationInterruptedException()));

    private static TopologyMismatchException? From(string text) =>
        TopologyMismatchException.From(new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Peer, 406, text)));
}
