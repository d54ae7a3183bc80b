using Infrastructure.Postgres;

namespace UnitTests.Postgres;

public sealed class DeadLetterTests
{
    [Fact]
    public void The_fingerprint_is_of_message_id_and_body()
    {
        var letter = Letter("m-1", [1, 2, 3]);

        Assert.Equal(letter.Fingerprint(), Letter("m-1", [1, 2, 3]).Fingerprint());
        Assert.NotEqual(letter.Fingerprint(), Letter("m-2", [1, 2, 3]).Fingerprint());
        Assert.NotEqual(letter.Fingerprint(), Letter("m-1", [1, 2, 4]).Fingerprint());
        Assert.NotEqual(letter.Fingerprint(), Letter(null, [1, 2, 3]).Fingerprint());
    }

    [Fact]
    public void A_letter_that_was_sent_back_and_fails_again_is_another_one_and_the_same_only_once()
    {
        var again = Letter(null, [1, 2, 3]) with { ReplayOf = "a/1" };

        Assert.True(again.IsRepeatable);
        Assert.Equal(again.Fingerprint(), (Letter(null, [1, 2, 3]) with { ReplayOf = "a/1" }).Fingerprint());
        Assert.NotEqual(again.Fingerprint(), Letter(null, [1, 2, 3]).Fingerprint());
        Assert.NotEqual(again.Fingerprint(), (again with { ReplayOf = "a/2" }).Fingerprint());
    }

    [Fact]
    public void What_ends_the_id_cannot_begin_the_body() =>
        Assert.NotEqual(Letter("m", "-1"u8.ToArray()).Fingerprint(), Letter("m-", "1"u8.ToArray()).Fingerprint());

    /// <summary>Never to be changed: rows that are stored are found again by it. sha256("m-1" 00 "{}"), first half.</summary>
    [Fact]
    public void The_fingerprint_of_a_known_letter_never_changes() =>
        Assert.Equal(new Guid("70b63614-d11e-f786-4673-1fafb50da7a7"), Letter("m-1", "{}"u8.ToArray()).Fingerprint());

    [Theory]
    [InlineData(null, false, false)]
    [InlineData(null, true, true)]
    [InlineData("m-1", false, true)]
    [InlineData("m-1", true, true)]
    public void A_letter_can_be_known_again_by_a_message_id_or_a_redelivery(string? messageId, bool redelivered, bool isRepeatable) =>
        Assert.Equal(isRepeatable, (Letter(messageId, []) with { Redelivered = redelivered }).IsRepeatable);

    [Fact]
    public void Two_letters_have_two_ids() => Assert.NotEqual(Letter(null, []).Id, Letter(null, []).Id);

    private static DeadLetter Letter(string? messageId, byte[] body) => new()
    {
        Body = body,
        Headers = "{}",
        Reason = "decode.malformed_json",
        Detail = "",
        Stage = DeadLetter.DecodeStage,
        Exchange = "orders",
        MessageId = messageId,
    };
}
