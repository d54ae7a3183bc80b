using System.Text;
using Infrastructure.RabbitMq;
using Infrastructure.RabbitMq.Receiving;
using RabbitMQ.Client;
using UnitTests.Support;
using Worker.Intake;

namespace UnitTests.RabbitMq.Receiving;

/// <summary>Against the client's own reader, which says what is in the bytes.</summary>
public sealed class EncodedPropertiesTests
{
    private const string Name = "count";

    [Fact]
    public void Any_properties_are_read_as_the_client_reads_them() => ForAny.Case(
        choices => Encode.Properties(AnyProperties.From(choices, ["application/json", "text/plain"], MessageHeaders.PublishedAt)),
        bytes => PropertiesJson.Write(new ReadOnlyBasicProperties(bytes)),
        bytes =>
        {
            var wanted = new ReadOnlyBasicProperties(bytes);

            Assert.True(EncodedProperties.TryRead(bytes, out var properties), "what the client wrote was not known");
            Assert.Equal(wanted.ContentType ?? "", Encoding.UTF8.GetString(properties.ContentType));
            Assert.Equal(wanted.IsContentEncodingPresent(), properties.IsEncoded);
            Assert.True(properties.TryFindInteger(MessageHeaders.PublishedAtUtf8, out var publishedAt), "a header of the client's was not known");
            Assert.Equal(ClientReading.Integer(wanted, MessageHeaders.PublishedAt), publishedAt);
        },
        cases: 3000);

    [Fact]
    public void No_beginning_of_properties_throws() => ForAny.Case(
        choices => Encode.Properties(AnyProperties.From(choices, ["application/json"], MessageHeaders.PublishedAt)),
        Convert.ToHexString,
        bytes =>
        {
            for (var length = 0; length <= bytes.Length; length++)
            {
                Look(bytes.AsSpan(0, length));
            }
        },
        cases: 200);

    [Fact]
    public void Nothing_that_comes_instead_of_properties_throws() => ForAny.Case(
        choices =>
        {
            var bytes = Encode.Properties(AnyProperties.From(choices, ["application/json"], MessageHeaders.PublishedAt));
            for (var changes = choices.Below(6); changes > 0; changes--)
            {
                bytes[choices.Below(Math.Min(bytes.Length, choices.OneOf(2, 40, bytes.Length)))] = (byte)choices.Below(256);
            }

            return bytes;
        },
        Convert.ToHexString,
        bytes => Look(bytes),
        cases: 5000);

    [Fact]
    public void Nothing_said_is_nothing_read()
    {
        Assert.True(EncodedProperties.TryRead(Encode.Properties(new BasicProperties()), out var properties));
        Assert.True(properties.ContentType.IsEmpty);
        Assert.False(properties.IsEncoded);
        Assert.True(properties.TryFindInteger("x"u8, out var value));
        Assert.Null(value);
    }

    [Fact]
    public void An_empty_encoding_is_an_encoding() =>
        Assert.True(Read(Encode.Properties(new BasicProperties { ContentEncoding = "" })).IsEncoded);

    [Theory]
    [InlineData(17L, 17L)]
    [InlineData(17, 17L)]
    [InlineData(long.MinValue, long.MinValue)]
    [InlineData(-1, -1L)]
    [InlineData("17", null)]
    [InlineData((short)17, null)]
    [InlineData(17u, null)]
    [InlineData(17.0, null)]
    [InlineData(true, null)]
    [InlineData(null, null)]
    public void Only_a_whole_number_of_the_two_usual_sizes_is_one(object? header, long? wanted) =>
        Assert.Equal(wanted, Find(new() { [Name] = header }));

    [Theory]
    [InlineData("text", "text")]
    [InlineData("", "")]
    [InlineData(17L, "")]
    [InlineData(null, "")]
    public void Only_a_text_is_one(object? header, string wanted) =>
        Assert.Equal(wanted, Encoding.UTF8.GetString(
            Read(Encode.Properties(new BasicProperties { Headers = new Dictionary<string, object?> { ["x"] = 1, [Name] = header } })).TextOf("count"u8)));

    [Fact]
    public void A_header_is_found_behind_values_of_every_type() =>
        Assert.Equal(17, Find(new()
        {
            ["null"] = null,
            ["string"] = "count",
            ["bytes"] = new byte[300],
            ["bool"] = true,
            ["byte"] = (byte)1,
            ["sbyte"] = (sbyte)-1,
            ["short"] = (short)-1,
            ["ushort"] = (ushort)1,
            ["int"] = 1,
            ["uint"] = 1u,
            ["long"] = 1L,
            ["float"] = 1f,
            ["double"] = 1d,
            ["decimal"] = 1.5m,
            ["timestamp"] = new AmqpTimestamp(1),
            ["binary"] = new BinaryTableValue([1, 2]),
            ["table"] = new Dictionary<string, object?> { [Name] = 1L, ["in it"] = new Dictionary<string, object?> { [Name] = 2L } },
            ["list"] = new List<object?> { 1L, "x", new Dictionary<string, object?> { [Name] = 3L } },
            [Name] = 17L,
        }));

    [Fact]
    public void A_header_inside_another_is_not_the_header() =>
        Assert.Null(Find(new() { ["table"] = new Dictionary<string, object?> { [Name] = 1L } }));

    [Fact]
    public void What_stands_behind_an_unknown_type_may_be_there_or_not()
    {
        byte[] number = [.. AmqpBytes.ShortText(Name), (byte)'l', .. AmqpBytes.LongLong(17)];
        byte[] unknown = [.. AmqpBytes.ShortText("x"), (byte)'?', 1];

        Assert.False(Read(Headers([.. unknown, .. number])).TryFindInteger("count"u8, out _));
        Assert.True(Read(Headers([.. number, .. unknown])).TryFindInteger("count"u8, out var value));
        Assert.Equal(17, value);
    }

    [Fact]
    public void Flags_that_go_on_are_not_known() => Assert.False(EncodedProperties.TryRead([0x80, 0x01, 0, 0, 0], out _));

    [Theory]
    [InlineData(5U)]
    [InlineData((uint)int.MaxValue)]
    [InlineData(uint.MaxValue)]
    public void A_table_that_is_longer_than_the_bytes_is_not_known(uint length) =>
        Assert.False(EncodedProperties.TryRead([0x20, 0, .. AmqpBytes.Long(length), 1, (byte)'a', (byte)'t', 1], out _));

    private static byte[] Headers(byte[] entries) => [0x20, 0, .. AmqpBytes.Long((uint)entries.Length), .. entries];

    private static long? Find(Dictionary<string, object?> headers)
    {
        Assert.True(Read(Encode.Properties(new BasicProperties { Headers = headers })).TryFindInteger("count"u8, out var value));
        return value;
    }

    private static EncodedProperties Read(byte[] bytes)
    {
        Assert.True(EncodedProperties.TryRead(bytes, out var properties));
        return properties;
    }

    private static void Look(ReadOnlySpan<byte> bytes)
    {
        if (EncodedProperties.TryRead(bytes, out var properties))
        {
            properties.TryFindInteger(MessageHeaders.PublishedAtUtf8, out _);
            properties.TextOf(MessageHeaders.TraceParentUtf8);
        }
    }
}
