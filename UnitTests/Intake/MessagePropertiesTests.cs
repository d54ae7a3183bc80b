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
    public void They_say_what_the_client_reads() => ForAny.Case(
        choices => Encode.Properties(AnyProperties.From(choices, ContentTypes, MessageHeaders.PublishedAt)),
        bytes => PropertiesJson.Write(new ReadOnlyBasicProperties(bytes)),
        bytes =>
        {
            var encoded = new MessageProperties(bytes);
            var read = new ReadOnlyBasicProperties(bytes);

            Assert.Equal(ClientReading.Integer(read, MessageHeaders.PublishedAt), encoded.PublishedAt);
            Assert.Equal(BodyFormats.Of(read, out var wanted), BodyFormats.Of(encoded, out var format));
            Assert.Equal(wanted, format);
            Assert.Equal(PropertiesJson.Write(read), PropertiesJson.Write(encoded.Read()));
            Assert.Equal(read.ClusterId, encoded.Read().ClusterId);
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
    public void A_publish_time_behind_what_nobody_knows_is_none()
    {
        // A second word of flags, empty.
        byte[] entries = [.. AmqpBytes.ShortText(MessageHeaders.PublishedAt), (byte)'l', .. AmqpBytes.LongLong(17)];
        byte[] known = [0x20, 0, .. AmqpBytes.Long((uint)entries.Length), .. entries];
        byte[] odd = [0x20, 1, .. AmqpBytes.Long((uint)entries.Length), .. entries];

        Assert.Equal(17, new MessageProperties(known).PublishedAt);
        Assert.Null(new MessageProperties(odd).PublishedAt);
    }

    [Theory]
    [InlineData(3L)]
    [InlineData(3)]
    public void A_delivery_count_of_either_size_is_read(object count)
    {
        var properties = Some.Properties();
        properties.Headers = new Dictionary<string, object?> { ["before"] = "text", [MessageHeaders.DeliveryCount] = count };

        Assert.Equal(3, new MessageProperties(Encode.Properties(properties)).DeliveryCount);
        Assert.Equal(0, new MessageProperties(Encode.Properties(Some.Properties())).DeliveryCount);
    }

    public static TheoryData<string, byte[]> HeadersThatNobodyReads => new()
    {
        { "an unknown type", [.. AmqpBytes.ShortText("x"), (byte)'?'] },
        { "a decimal of 255 digits", [.. AmqpBytes.ShortText("x"), (byte)'D', 255, 0, 0, 0, 1] },
        { "such a decimal in a list", [.. AmqpBytes.ShortText("x"), (byte)'A', .. AmqpBytes.Long(6), (byte)'D', 29, 0, 0, 0, 1] },
        { "lists within lists", Nested((byte)'A', levels: 8) },
        { "tables within tables", Nested((byte)'F', levels: 8) },
        { "twenty thousand lists", Nested((byte)'A', levels: 20_000) },
        { "twenty thousand tables", Nested((byte)'F', levels: 20_000) },
        { "a list that is longer than its table", [.. AmqpBytes.ShortText("x"), (byte)'A', .. AmqpBytes.Long(100), (byte)'V'] },
        { "half a name", [200, (byte)'x'] },
    };

    [Theory]
    [MemberData(nameof(HeadersThatNobodyReads))]
    public void Headers_that_cannot_be_read_cost_nothing_but_themselves(string what, byte[] entries)
    {
        byte[] encoded =
        [
            0xA0, 0x80, .. AmqpBytes.ShortText("text/xml"), .. AmqpBytes.Long((uint)entries.Length), .. entries, .. AmqpBytes.ShortText("m-1"),
        ];

        var properties = new MessageProperties(encoded).Read(out var isComplete);

        Assert.False(isComplete, what);
        Assert.True(properties.Headers is null or { Count: 0 });
        Assert.Equal(("text/xml", "m-1"), (properties.ContentType, properties.MessageId));
    }

    [Theory]
    [InlineData((byte)'A')]
    [InlineData((byte)'F')]
    public void Headers_that_are_read_are_kept_to_the_bottom(byte type)
    {
        var entries = Nested(type, levels: 7);
        byte[] encoded = [0x20, 0, .. AmqpBytes.Long((uint)entries.Length), .. entries];

        var properties = new MessageProperties(encoded).Read(out var isComplete);

        Assert.True(isComplete);
        Assert.Contains("true", PropertiesJson.Write(properties), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0x80, 0 })]
    [InlineData(new byte[] { 0x00, 0x80, 200 })]
    [InlineData(new byte[] { 0x80, 1, 0 })]
    public void Properties_that_cannot_be_read_are_none(byte[] encoded)
    {
        var properties = new MessageProperties(encoded).Read(out var isComplete);

        Assert.False(isComplete);
        Assert.Equal("{}", PropertiesJson.Write(properties));
    }

    [Fact]
    public void Nothing_that_comes_instead_of_properties_throws() => ForAny.Case(
        choices =>
        {
            var bytes = Encode.Properties(AnyProperties.From(choices, ContentTypes, MessageHeaders.PublishedAt));
            for (var changes = choices.Below(6); changes > 0; changes--)
            {
                bytes[choices.Below(Math.Min(bytes.Length, choices.OneOf(2, 40, bytes.Length)))] = (byte)choices.Below(256);
            }

            return bytes[..^(choices.Rarely(4) ? choices.Below(bytes.Length + 1) : 0)];
        },
        Convert.ToHexString,
        bytes => PropertiesJson.Write(new MessageProperties(bytes).Read(out _), bytes),
        cases: 5000);

    [Fact]
    public void A_copy_of_a_delivery_outlives_the_bytes_it_was_made_of()
    {
        var (properties, body) = (Encode.Properties(Some.Properties(Guid.CreateVersion7())), Some.Body());
        var delivery = new Delivery(1, Redelivered: true, Some.Exchange, new MessageProperties(properties), body);
        var wanted = delivery.Properties.Read().MessageId;

        var copy = delivery.Copy();
        Array.Fill(properties, (byte)0xEE);
        Array.Fill(body, (byte)0xEE);

        Assert.NotNull(wanted);
        Assert.Equal(wanted, copy.Properties.Read().MessageId);
        Assert.Equal(Some.Body(), copy.Body.ToArray());
        Assert.Equal((1UL, true, Some.Exchange, properties.Length + (long)body.Length), (copy.Tag, copy.Redelivered, copy.Exchange, copy.Size));
    }

    [Fact]
    public void Headers_that_can_be_read_are_kept_beside_those_that_cannot()
    {
        byte[] entries =
        [
            .. AmqpBytes.ShortText("before"), (byte)'I', .. AmqpBytes.Long(1),
            .. Nested((byte)'F', levels: 8),
            .. AmqpBytes.ShortText("between"), (byte)'S', .. AmqpBytes.Long(1), (byte)'b',
            .. AmqpBytes.ShortText("decimal"), (byte)'D', 255, .. AmqpBytes.Long(1),
            .. AmqpBytes.ShortText("after"), (byte)'t', 1,
            .. AmqpBytes.ShortText("unknown"), (byte)'?', 1,
        ];
        byte[] encoded = [0xA0, 0x80, .. AmqpBytes.ShortText("text/xml"), .. AmqpBytes.Long((uint)entries.Length), .. entries, .. AmqpBytes.ShortText("m-1")];

        var properties = new MessageProperties(encoded).Read(out var isComplete);

        Assert.False(isComplete);
        Assert.Equal(["after", "before", "between"], properties.Headers!.Keys.Order());
        Assert.Equal(("text/xml", "m-1"), (properties.ContentType, properties.MessageId));
    }

    // One within the other, and true at the bottom.
    private static byte[] Nested(byte type, int levels)
    {
        var name = type == (byte)'F' ? AmqpBytes.ShortText("") : [];
        byte[] bottom = [.. name, (byte)'t', 1];
        var perLevel = name.Length + 1 + sizeof(uint);
        var bytes = new MemoryStream();
        bytes.Write(AmqpBytes.ShortText("x"));
        for (var level = 0; level < levels; level++)
        {
            bytes.Write(level == 0 ? [] : name);
            bytes.WriteByte(type);
            bytes.Write(AmqpBytes.Long((uint)(bottom.Length + ((levels - level - 1) * perLevel))));
        }

        bytes.Write(bottom);
        return bytes.ToArray();
    }
}
