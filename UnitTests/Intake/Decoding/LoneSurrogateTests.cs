using System.Text;
using UnitTests.Support;
using Worker.Intake;
using Worker.Intake.Decoding;

namespace UnitTests.Intake.Decoding;

/// <summary>
/// The JSON reader throws something other than a JsonException for an escape that names half of a surrogate pair, wherever it has to
/// unescape: in names that might be a member's, in ids, in times. None of these may surprise the decoder.
/// </summary>
public sealed class LoneSurrogateTests
{
    [Theory]
    [InlineData("\"currency\"", "\"c\\ud800urrency\"")]
    [InlineData("\"currency\"", "\"currency\\udc00\"")]
    [InlineData("\"quantity\":2", "\"\\ud800quantity\":2")]
    [InlineData("\"0193b2a4-7c1e-7d00-8a2b-5f6c7d8e9f00\"", "\"0193b2a4-7c1e-7d00-8a2b-5f6c7d8e\\ud800\"")]
    [InlineData("\"2026-11-20T23:15:01Z\"", "\"2026-11-20T23:15:01\\ud800\"")]
    public void Half_a_surrogate_pair_in_a_plain_order_is_refused_and_not_unforeseen(string part, string instead) =>
        Assert.Equal("rule.lone_surrogate", DecodedBody.Of(Some.With(part, instead)).Refusal?.Reason);

    [Fact]
    public void Half_a_surrogate_pair_in_a_name_of_the_envelope_is_refused_or_passed_over() =>
        Read($"{{\"message\":{Some.OrderJsonText},\"\\ud800conversation\":1}}");

    [Fact]
    public void A_sent_time_with_half_a_surrogate_pair_costs_a_latency_sample_and_not_the_order() =>
        Read($"{{\"message\":{Some.OrderJsonText},\"sentTime\":\"2026-11-20T23:15:01\\ud800Z\"}}").AssertHolds(Some.Order);

    private static DecodedBody Read(string envelope) => DecodedBody.Of(Encoding.UTF8.GetBytes(envelope), BodyFormat.Envelope);
}
