using System.Text;
using System.Text.Json;
using Contracts;
using Infrastructure.RabbitMq;
using MassTransit;
using MassTransit.Serialization;
using UnitTests.Support;

namespace UnitTests.Producer;

public sealed class MassTransitEnvelopeTests
{
    private static readonly Guid Id = Guid.CreateVersion7();

    private readonly MassTransitEnvelope _envelope = new(new TopologyNames("orders"));

    [Fact]
    public void The_order_travels_unchanged_between_what_masstransit_adds()
    {
        var body = _envelope.Wrap(Some.Body(), Id, sentMicroseconds: 1_700_000_000_123_456);

        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        Assert.Equal(Id, root.GetProperty("messageId").GetGuid());
        Assert.Equal("urn:message:Contracts:OrderSubmitted", root.GetProperty("messageType")[0].GetString());
        Assert.Equal("2023-11-14T22:13:20.1234560Z", root.GetProperty("sentTime").GetString());
        Assert.Equal(Encoding.UTF8.GetString(Some.Body()), root.GetProperty("message").GetRawText());
    }

    [Fact]
    public void Masstransit_itself_reads_it()
    {
        var body = new BytesMessageBody(_envelope.Wrap(Some.Body(), Id, 0).ToArray());

        var read = SystemTextJsonMessageSerializer.Instance.Deserialize(body, EmptyHeaders.Instance);

        Assert.True(read.TryGetMessage<OrderSubmitted>(out var order));
        Assert.Equal(Some.Body(), Some.Body(order!));
    }

    [Fact]
    public void The_order_can_be_taken_out_again_and_the_overhead_is_always_the_same()
    {
        foreach (var time in new[] { 0, 1_700_000_000_000_000, 1_700_000_000_123_456 })
        {
            var body = _envelope.Wrap(Some.Body(), Id, time);

            Assert.Equal(Some.Body(), _envelope.MessageIn(body).ToArray());
            Assert.Equal(Some.Body().Length + _envelope.Overhead, body.Length);
        }
    }

    [Fact]
    public void A_broken_order_stays_as_broken_as_it_is()
    {
        var body = _envelope.Wrap("{\"orderId\":"u8, Id, 0);

        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(body));
    }
}
