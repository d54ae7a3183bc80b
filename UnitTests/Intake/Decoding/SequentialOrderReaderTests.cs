using System.Text;
using System.Text.Json;
using Contracts;
using Infrastructure.Postgres;
using MassTransit.Serialization;
using UnitTests.Support;
using Worker.Intake.Decoding;

namespace UnitTests.Intake.Decoding;

/// <summary>The quick reading must never be a different reading: what it takes, the plain reading takes with the same values.</summary>
public sealed class SequentialOrderReaderTests
{
    [Fact]
    public void The_contracts_own_spelling_is_recognised() => Assert.True(IsRecognised(Some.Body()));

    [Theory]
    [InlineData("37.50", "37.5")]
    [InlineData("37.50", "37.50", "\"unitPrice\":12.5", "\"unitPrice\":12.5000")]
    [InlineData("23:15:01Z", "23:15:01.25+02:00")]
    [InlineData("23:15:01Z", "23:15:01.1234567-13:59")]
    [InlineData("0193b2a4", "0193B2A4")]
    [InlineData("\":", "\": ", ",", ", ")]
    [InlineData("\":", "\" \t: ", ",", "\r\n  ,", "{", "{\n", "}", " }", "[", "[ ", "]", "\n]")]
    public void Other_usual_spellings_are_recognised(params string[] changes) => Assert.True(IsRecognised(With(changes)));

    [Theory]
    [InlineData("\"quantity\":2,\"unitPrice\":12.5", "\"unitPrice\":12.5,\"quantity\":2")]
    [InlineData("customer-17", "customer-\\u0031\\u0037")]
    [InlineData("customer-17", "caf\u00e9")]
    [InlineData("\"total\":37.50", "\"total\":3750e-2")]
    [InlineData("\"total\":37.50", "\"total\":37.500")]
    [InlineData("23:15:01Z", "23:15:01+14:00")]
    public void Rare_spellings_of_an_order_are_left_to_the_general_reader(string part, string instead)
    {
        var body = With(part, instead);
        Assert.False(IsRecognised(body));
        Assert.Null(DecodedBody.Of(body).Refusal);
    }

    [Theory]
    [InlineData("\"quantity\":2", "\"quantity\":02")]
    [InlineData("\"quantity\":2", "\"quantity\":2.0")]
    [InlineData("\"quantity\":2", "\"quantity\":-2")]
    [InlineData("37.50", "037.50")]
    [InlineData("37.50", "37.5.0")]
    [InlineData("37.50", "37.51")]
    [InlineData("37.50", "37,50")]
    [InlineData("\"unitPrice\":12.5", "\"unitPrice\":012.5")]
    [InlineData("\"unitPrice\":12.5}]", "\"unitPrice\":12.}]")]
    [InlineData("2026-11-20", "2026-02-29")]
    [InlineData("23:15:01Z", "23:15:60Z")]
    [InlineData("EUR", "EuR")]
    [InlineData("customer-17", "")]
    [InlineData("}]}", "}]}}")]
    public void What_is_no_order_is_left_to_the_general_reader_to_refuse(string part, string instead)
    {
        var body = With(part, instead);
        Assert.False(IsRecognised(body));
        Assert.NotNull(DecodedBody.Of(body).Refusal);
    }

    [Fact]
    public void Whatever_is_spelled_compactly_gives_the_row_of_every_other_spelling()
    {
        var recognised = 0;
        ForAny.Case(
            choices =>
            {
                var order = AnyOrder.InAscii(choices);
                var document = OrderDocument.Of(order, choices);
                return (Compact: OrderDocument.Of(order, Choices.Simplest()).Compact(), Serialized: JsonSerializer.SerializeToUtf8Bytes(order, OrderJson.Default.OrderSubmitted), Other: document.Spelled(choices));
            },
            sample => Encoding.UTF8.GetString(sample.Compact),
            sample =>
            {
                recognised += IsRecognised(sample.Compact) ? 1 : 0;
                recognised += IsRecognised(sample.Serialized) ? 1 : 0;
                var row = DecodedBody.Of(sample.Other).Bytes;
                Assert.Equal(row, DecodedBody.Of(sample.Compact).Bytes);
                Assert.Equal(row, DecodedBody.Of(sample.Serialized).Bytes);
            },
            cases: 3000);
        Assert.True(recognised > 1000, $"only {recognised} of 6000 were read quickly: no comparison");
    }

    [Fact]
    public void A_spoiled_compact_order_is_accepted_or_refused_as_the_plain_reading_does_it()
    {
        var recognised = 0;
        ForAny.Case(Spoiled, Encoding.UTF8.GetString, body =>
        {
            if (!IsRecognised(body))
            {
                return;
            }

            recognised++;
            var plain = PlainReading.Of(body);
            Assert.True(plain is not null, "the quick reading accepts what the plain reading refuses");
            DecodedBody.Of(body).AssertHolds(plain);
        }, cases: 12_000);
        Assert.True(recognised > 100, $"only {recognised} of 12000 were read quickly: no comparison");
    }

    [Fact]
    public void Every_single_byte_of_a_compact_order_may_be_any_other_without_a_difference()
    {
        var body = Some.Body();
        for (var at = 0; at < body.Length; at++)
        {
            foreach (var other in "\0 \"\\,:.-+019aeETZ[]{}\u007f"u8)
            {
                var changed = (byte[])body.Clone();
                changed[at] = other;
                if (IsRecognised(changed))
                {
                    var plain = PlainReading.Of(changed);
                    Assert.True(plain is not null, Encoding.UTF8.GetString(changed));
                    DecodedBody.Of(changed).AssertHolds(plain);
                }
            }
        }
    }

    [Fact]
    public void An_order_that_ends_anywhere_is_no_order()
    {
        var body = Some.Body();
        for (var length = 0; length < body.Length; length++)
        {
            Assert.False(IsRecognised(body[..length]));
        }
    }

    [Fact]
    public void A_message_as_MassTransit_spells_it_is_recognised()
    {
        var message = JsonSerializer.SerializeToUtf8Bytes(Some.Order, SystemTextJsonMessageSerializer.Options);

        Assert.True(
            SequentialOrderReader.TryRead(message, new CopyBuffer(1024), amountsMayBeText: true, out _, out var length),
            Encoding.UTF8.GetString(message));
        Assert.Equal(message.Length, length);
    }

    [Fact]
    public void An_order_ends_at_its_brace_whatever_follows_it()
    {
        var body = Some.Body();
        byte[] followed = [.. body, .. ",\"sentTime\":0}"u8];

        Assert.True(SequentialOrderReader.TryRead(followed, new CopyBuffer(1024), amountsMayBeText: true, out var orderId, out var length));

        Assert.Equal(Some.Order.OrderId, orderId);
        Assert.Equal(body.Length, length);
    }

    [Theory]
    [InlineData("37.50", "\"37.50\"", true)]
    [InlineData("12.5}", "\"12.50\"}", true)]
    [InlineData("37.50", "\"37.50", false)]
    [InlineData("37.50", "37.50\"", false)]
    [InlineData("\"quantity\":2", "\"quantity\":\"2\"", false)]
    public void Decimals_may_be_text_where_that_is_allowed(string part, string instead, bool isRecognised) => Assert.Equal(
        isRecognised,
        SequentialOrderReader.TryRead(With(part, instead), new CopyBuffer(1024), amountsMayBeText: true, out _, out _));

    [Fact]
    public void Nothing_is_left_behind_by_an_order_that_is_not_recognised()
    {
        var rows = new CopyBuffer(1024);
        var before = rows.Length;

        SequentialOrderReader.TryRead(With("37.50", "37.51"), rows, amountsMayBeText: false, out _, out _);

        Assert.Equal(before, rows.Length);
    }

    [Theory]
    [InlineData(OrderRules.MaxLines, true)]
    [InlineData(OrderRules.MaxLines + 1, false)]
    public void The_number_of_lines_has_its_limit(int count, bool isRecognised)
    {
        OrderLine[] lines = [.. Enumerable.Repeat(new OrderLine { Sku = "S", Quantity = 1, UnitPrice = 1 }, count)];
        Assert.Equal(isRecognised, IsRecognised(Some.Body(Some.Order with { Lines = lines, Total = count })));
    }

    private static byte[] Spoiled(Choices choices)
    {
        var document = OrderDocument.Of(AnyOrder.InAscii(choices), Choices.Simplest());
        if (choices.Rarely(2))
        {
            return Mutation.Apply(document.Compact(), choices);
        }

        Mutation.Apply(document, choices);
        return document.Compact();
    }

    private static byte[] With(params string[] changes)
    {
        var text = Some.OrderJsonText;
        for (var i = 0; i < changes.Length; i += 2)
        {
            Assert.Contains(changes[i], text, StringComparison.Ordinal);
            text = text.Replace(changes[i], changes[i + 1], StringComparison.Ordinal);
        }

        return Encoding.UTF8.GetBytes(text);
    }

    private static bool IsRecognised(byte[] body) =>
        SequentialOrderReader.TryRead(body, new CopyBuffer(body.Length), amountsMayBeText: false, out _, out var length) && length == body.Length;
}
