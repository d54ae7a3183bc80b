using Infrastructure.RabbitMq;
using RabbitMQ.Client;
using UnitTests.Support;
using Worker.Intake;
using Worker.Intake.Decoding;

namespace UnitTests.Intake;

public sealed class MessagePropertiesTests
{
    private static readonly string[] ContentTypes =
    [
        "application/json", "application/vnd.masstransit+json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/jso",
        "application/jsonx", "text/plain", "",
    ];

    [Fact]
    public void Encoded_or_read_they_say_the_same() => ForAny.Case(
        choices => Encode.Properties(AnyProperties.From(choices, ContentTypes, MessageHeaders.PublishedAt)),
        bytes => PropertiesJson.Write(new ReadOnlyBasicProperties(bytes)),
        bytes =>
        {
            var encoded = new MessageProperties(bytes);
            var read = new MessageProperties(new ReadOnlyBasicProperties(bytes));

            Assert.Equal(read.PublishedAt, encoded.PublishedAt);
            Assert.Equal(BodyFormats.Of(read, out var wanted), BodyFormats.Of(encoded, out var format));
            Assert.Equal(wanted, format);
            Assert.Equal(PropertiesJson.Write(read.Read()), PropertiesJson.Write(encoded.Read()));
            Assert.Equal(read.Read().ClusterId, encoded.Read().ClusterId);
        },
        cases: 3000);

    [Fact]
    public void What_is_exactly_a_format_is_that_format() => ForAny.Case(
        choices => Encode.Properties(AnyProperties.From(choices, ContentTypes, MessageHeaders.PublishedAt)),
        bytes => PropertiesJson.Write(new ReadOnlyBasicProperties(bytes)),
        bytes =>
        {
            var read = new ReadOnlyBasicProperties(bytes);
            var encoded = new MessageProperties(bytes);

            Assert.Equal(Is(MessageHeaders.PlainJson), encoded.IsExactly(MessageHeaders.PlainJsonUtf8));
            Assert.Equal(Is(MessageHeaders.Envelope), encoded.IsExactly(MessageHeaders.EnvelopeUtf8));

            bool Is(string contentType) => read.ContentType == contentType && !read.IsContentEncodingPresent();
        },
        cases: 1000);

    [Fact]
    public void A_publish_time_behind_what_only_the_client_knows_is_read_by_the_client()
    {
        // A second word of flags, empty.
        byte[] entries = [.. AmqpBytes.ShortText(MessageHeaders.PublishedAt), (byte)'l', .. AmqpBytes.LongLong(17)];
        byte[] known = [0x20, 0, .. AmqpBytes.Long((uint)entries.Length), .. entries];
        byte[] odd = [0x20, 1, .. AmqpBytes.Long((uint)entries.Length), .. entries];

        Assert.Equal(17, new MessageProperties(known).PublishedAt);
        Assert.Equal(PublishTime.Of(new ReadOnlyBasicProperties(odd)), new MessageProperties(odd).PublishedAt);
    }

    [Fact]
    public void A_copy_outlives_the_bytes_it_was_made_of()
    {
        var lent = Encode.Properties(Some.Properties(Guid.CreateVersion7()));
        var properties = new MessageProperties(lent);
        var copy = properties.Over(lent.ToArray());
        var wanted = copy.Read().MessageId;
        Array.Fill(lent, (byte)0xEE);

        Assert.NotNull(wanted);
        Assert.Equal(wanted, copy.Read().MessageId);
        Assert.True(copy.IsExactly("application/json"u8));
    }

    [Fact]
    public void What_the_client_has_read_needs_no_copy()
    {
        var read = Some.Properties();

        Assert.Same(read, new MessageProperties(read).Over(new byte[] { 1, 2, 3 }).Read());
    }

    [Fact]
    public void Encoded_properties_take_the_room_that_they_take()
    {
        var bytes = Encode.Properties(Some.Properties(Guid.CreateVersion7()));

        Assert.Equal(bytes.Length, new MessageProperties(bytes).Size);
        Assert.Equal(0, new MessageProperties(Some.Properties()).Size);
    }
}
