using System.Text;
using UnitTests.Support;
using Worker.Intake.Decoding;

namespace UnitTests.Intake.Decoding;

/// <summary>The decoder against the plain reading, over generated bodies.</summary>
public sealed class OrderDecoderPropertyTests
{
    [Fact]
    public void Every_order_is_read_with_its_values_however_it_is_spelled() => ForAny.Case(
        choices =>
        {
            var order = AnyOrder.From(choices);
            return (Order: order, Body: OrderDocument.Of(order, choices).Spelled(choices));
        },
        sample => Encoding.UTF8.GetString(sample.Body),
        sample =>
        {
            Assert.NotNull(PlainReading.Of(sample.Body));
            DecodedBody.Of(sample.Body).AssertHolds(sample.Order);
        },
        cases: 4000);

    [Fact]
    public void A_spoiled_order_is_accepted_or_refused_as_the_plain_reading_does_it()
    {
        var accepted = 0;
        var refused = 0;
        ForAny.Case(SpoiledTree, Encoding.UTF8.GetString, body => AssertAgreement(body, ref accepted, ref refused), cases: 8000);
        AssertBothHappened(accepted, refused);
    }

    [Fact]
    public void Spoiled_bytes_are_accepted_or_refused_as_the_plain_reading_does_it()
    {
        var accepted = 0;
        var refused = 0;
        ForAny.Case(SpoiledBytes, Encoding.UTF8.GetString, body => AssertAgreement(body, ref accepted, ref refused), cases: 6000);
        AssertBothHappened(accepted, refused);
    }

    private static byte[] SpoiledTree(Choices choices)
    {
        var document = OrderDocument.Of(AnyOrder.From(choices), choices);
        Mutation.Apply(document, choices);
        return document.Spelled(choices);
    }

    private static byte[] SpoiledBytes(Choices choices) =>
        Mutation.Apply(OrderDocument.Of(AnyOrder.From(choices), choices).Spelled(choices), choices);

    private static void AssertAgreement(byte[] body, ref int accepted, ref int refused)
    {
        var plain = PlainReading.Of(body);
        var decoded = DecodedBody.Of(body);
        if (plain is not null)
        {
            accepted++;
            decoded.AssertHolds(plain);
        }
        else
        {
            refused++;
            Assert.True(decoded.Refusal is not null, "the decoder accepts what the plain reading refuses");
            Assert.NotEqual("", decoded.Refusal.Detail);
        }
    }

    // About 3 in 100 survive their faults.
    private static void AssertBothHappened(int accepted, int refused) => Assert.True(
        Math.Min(accepted, refused) > (accepted + refused) / 100, $"{accepted} accepted and {refused} refused: no comparison");
}
