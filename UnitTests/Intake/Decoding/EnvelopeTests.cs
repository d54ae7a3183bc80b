using System.Globalization;
using System.Text;
using Infrastructure.Postgres;
using Infrastructure.RabbitMq;
using UnitTests.Support;
using Worker.Intake;
using Worker.Intake.Decoding;

namespace UnitTests.Intake.Decoding;

public sealed class EnvelopeTests
{
    // As MassTransit 8 writes it: indented, amounts as text.
    private const string FromMassTransit =
        """
        {
          "messageId": "0c5a0000-5d1b-0015-3f5a-08ddc7d1b2a4",
          "requestId": null,
          "correlationId": null,
          "conversationId": "0c5a0000-5d1b-0015-40c3-08ddc7d1b2a4",
          "initiatorId": null,
          "sourceAddress": "rabbitmq://localhost/host_producer_bus_x?temporary=true",
          "destinationAddress": "rabbitmq://localhost/orders",
          "responseAddress": null,
          "faultAddress": null,
          "messageType": [
            "urn:message:Contracts:OrderSubmitted"
          ],
          "message": {
            "orderId": "0193b2a4-7c1e-7d00-8a2b-5f6c7d8e9f00",
            "customerId": "customer-17",
            "placedAt": "2026-11-20T23:15:01+00:00",
            "currency": "EUR",
            "total": "37.50",
            "lines": [
              {
                "sku": "SKU-1",
                "quantity": 2,
                "unitPrice": "12.5"
              },
              {
                "sku": "SKU-2",
                "quantity": 1,
                "unitPrice": "12.5"
              }
            ]
          },
          "expirationTime": null,
          "sentTime": "2026-11-20T23:15:01.2345678Z",
          "headers": {
            "MT-Activity-Id": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
          },
          "host": {
            "machineName": "box",
            "processId": 17
          }
        }
        """;

    [Fact]
    public void An_order_in_an_envelope_is_the_same_row_as_the_plain_one()
    {
        var plain = DecodedBody.Of(Some.OrderJsonText);

        Assert.Equal(plain.Bytes, Read(FromMassTransit).Bytes);
    }

    [Fact]
    public void Any_order_is_the_same_row_in_any_envelope() => ForAny.Case(
        choices =>
        {
            var order = choices.Rarely(2) ? AnyOrder.InAscii(choices) : AnyOrder.From(choices);
            var plain = OrderDocument.Of(order, choices);
            var wrapped = Envelope(AmountsAsText(OrderDocument.Of(order, choices), choices), choices);
            return (Plain: plain.Spelled(choices), Wrapped: wrapped.Spelled(choices));
        },
        sample => $"{Encoding.UTF8.GetString(sample.Plain)}{Environment.NewLine}in {Encoding.UTF8.GetString(sample.Wrapped)}",
        sample =>
        {
            var plain = DecodedBody.Of(sample.Plain);
            var wrapped = DecodedBody.Of(sample.Wrapped, BodyFormat.Envelope);
            Assert.Null(plain.Refusal);
            Assert.Null(wrapped.Refusal);
            Assert.Equal(plain.Row!.ContentHash, wrapped.Row!.ContentHash);
            Assert.Equal(plain.Bytes, wrapped.Bytes);
        },
        cases: 2000);

    [Fact]
    public void Our_own_envelope_around_any_order_is_read()
    {
        var writer = new MassTransitEnvelope(new TopologyNames("orders"));
        ForAny.Case(
            choices => (Order: AnyOrder.From(choices), Sent: choices.BelowLong(4_000_000_000_000_000) + 1),
            sample => $"{sample}",
            sample =>
            {
                var envelope = writer.Wrap(Some.Body(sample.Order), Guid.CreateVersion7(), sample.Sent).ToArray();
                DecodedBody.Of(envelope, BodyFormat.Envelope).AssertHolds(sample.Order);
                Assert.Equal(sample.Sent, SentAt(Encoding.UTF8.GetString(envelope)));
            },
            cases: 500);
    }

    [Theory]
    [InlineData("\"2026-11-20T23:15:01.2345678Z\"", 1_795_216_501_234_567)]
    [InlineData("\"2026-11-21T00:15:01.2345678+01:00\"", 1_795_216_501_234_567)]
    [InlineData("null", 0)]
    [InlineData("\"soon\"", 0)]
    [InlineData("17", 0)]
    [InlineData("{\"at\":[1,2]}", 0)]
    public void A_sent_time_is_read_or_passed_over(string sentTime, long expected) =>
        Assert.Equal(expected, SentAt(FromMassTransit.Replace("\"2026-11-20T23:15:01.2345678Z\"", sentTime, StringComparison.Ordinal)));

    [Theory]
    [InlineData("{}", "decode.missing_member", "the envelope has no message")]
    [InlineData("{\"Message\":{}}", "decode.missing_member", "the envelope has no message")]
    [InlineData("{\"message\":null}", "decode.wrong_type", "message is null; an object is wanted")]
    [InlineData("{\"message\":[]}", "decode.wrong_type", "message is an array; an object is wanted")]
    [InlineData("{\"message\":{}}", "decode.missing_member", "the order has no orderId, customerId, placedAt, currency, total, lines")]
    [InlineData("{\"message\":ORDER,\"message\":ORDER}", "decode.duplicate_member", "the envelope has two members \"message\"")]
    [InlineData("{\"message\":ORDER,\"mess\\u0061ge\":ORDER}", "decode.duplicate_member", "the envelope has two members \"message\"")]
    [InlineData("[{\"message\":ORDER}]", "decode.wrong_root_type", "the body is an array; an object is wanted")]
    [InlineData("{\"message\":ORDER", "decode.malformed_json", null)]
    [InlineData("{\"message\":ORDER}}", "decode.malformed_json", null)]
    [InlineData("{\"message\":ORDER]", "decode.malformed_json", null)]
    [InlineData("{\"message\":ORDER,}", "decode.malformed_json", null)]
    [InlineData("{\"message\":ORDER,\"sentTime\":}", "decode.malformed_json", null)]
    [InlineData("{\"message\":ORDER \"headers\":{}}", "decode.malformed_json", null)]
    [InlineData("{\"message\":ORDER,\"headers\":{}} x", "decode.malformed_json", null)]
    [InlineData("{\"message\":ORDER,\"headers\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}", "decode.depth_exceeded", "the body nests deeper than 16 levels")]
    public void An_envelope_without_a_proper_message_is_refused(string envelope, string reason, string? detail)
    {
        var refusal = Read(envelope.Replace("ORDER", Some.OrderJsonText, StringComparison.Ordinal)).Refusal;

        Assert.Equal(reason, refusal?.Reason);
        Assert.Equal(detail ?? refusal!.Detail, refusal!.Detail);
    }

    [Theory]
    [InlineData("", "decode.invalid_value")]
    [InlineData("abc", "decode.invalid_value")]
    [InlineData(" 37.50", "decode.invalid_value")]
    [InlineData("37,50", "decode.invalid_value")]
    [InlineData("-37.50", "rule.total_range")]
    [InlineData("37.501", "rule.total_decimals")]
    [InlineData("37.51", "rule.total_mismatch")]
    public void An_amount_as_text_is_held_to_the_same_rules(string total, string reason) =>
        Assert.Equal(reason, Read(FromMassTransit.Replace("\"37.50\"", $"\"{total}\"", StringComparison.Ordinal)).Refusal?.Reason);

    [Fact]
    public void Amounts_as_text_are_for_envelopes_only() =>
        Assert.Equal("decode.wrong_type", DecodedBody.Of(Some.With("37.50", "\"37.50\"")).Refusal?.Reason);

    [Fact]
    public void A_plain_order_is_no_envelope() => Assert.Equal("decode.missing_member", Read(Some.OrderJsonText).Refusal?.Reason);

    private static DecodedBody Read(string envelope) => DecodedBody.Of(Encoding.UTF8.GetBytes(envelope), BodyFormat.Envelope);

    private static long SentAt(string envelope)
    {
        var refusal = OrderDecoder.Decode(Encoding.UTF8.GetBytes(envelope), BodyFormat.Envelope, new CopyBuffer(64), out var order);
        Assert.Null(refusal);
        return order.SentAt;
    }

    private static Json.Object AmountsAsText(Json.Object order, Choices choices)
    {
        foreach (var owner in ((Json.Array)order["lines"]).Items.Cast<Json.Object>().Append(order))
        {
            var name = owner == order ? "total" : "unitPrice";
            if (!choices.Rarely(4))
            {
                // Nobody escapes a digit, so it is quoted as it is.
                owner[name] = new Json.Raw($"\"{((Json.Raw)owner[name]).Characters}\"");
            }
        }

        return order;
    }

    private static Json.Object Envelope(Json.Object order, Choices choices)
    {
        var host = new Json.Object([new("machineName", new Json.Text(AnyOrder.Text(choices, 20)))]);
        var envelope = new Json.Object([
            new("messageId", new Json.Text(Guid.Empty.ToString())),
            new("requestId", new Json.Raw("null")),
            new("messageType", new Json.Array([new Json.Text("urn:message:Contracts:OrderSubmitted")])),
            new("message", order),
            new("sentTime", new Json.Text(DateTimeOffset.UnixEpoch.ToString("O", CultureInfo.InvariantCulture))),
            new("headers", new Json.Object([new("message", new Json.Raw("1"))])),
            new("host", host),
        ]);
        choices.Shuffle(envelope.Members);
        return envelope;
    }
}
