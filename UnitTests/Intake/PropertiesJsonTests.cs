using System.Text.Json;
using RabbitMQ.Client;
using Worker.Intake;

namespace UnitTests.Intake;

/// <summary>Headers come from strangers, and jsonb takes neither U+0000 nor broken JSON.</summary>
public sealed class PropertiesJsonTests
{
    [Fact]
    public void Nothing_set_is_an_empty_object() => Assert.Equal("{}", PropertiesJson.Write(new BasicProperties()));

    [Fact]
    public void All_properties_are_there_under_their_names()
    {
        var properties = new BasicProperties
        {
            ContentType = "a",
            ContentEncoding = "b",
            MessageId = "c",
            CorrelationId = "d",
            ReplyTo = "e",
            Type = "f",
            AppId = "g",
            UserId = "h",
            Expiration = "i",
            Timestamp = new AmqpTimestamp(17),
        };

        Assert.Equal(
            """{"contentType":"a","contentEncoding":"b","messageId":"c","correlationId":"d","replyTo":"e","type":"f","appId":"g","userId":"h","expiration":"i","timestamp":17}""",
            PropertiesJson.Write(properties));
    }

    [Fact]
    public void A_nul_anywhere_becomes_a_replacement_character()
    {
        var properties = new BasicProperties
        {
            MessageId = "a\0b",
            Headers = new Dictionary<string, object?> { ["k\0"] = "v\0"u8.ToArray(), ["s"] = "\0" },
        };

        var root = Parse(properties);

        Assert.Equal("a\uFFFDb", root.GetProperty("messageId").GetString());
        Assert.Equal("v\uFFFD", root.GetProperty("headers").GetProperty("k\uFFFD").GetString());
        Assert.Equal("\uFFFD", root.GetProperty("headers").GetProperty("s").GetString());
    }

    [Fact]
    public void Bytes_that_are_no_utf8_become_replacement_characters() =>
        Assert.Equal("a\uFFFDb", Header(new byte[] { (byte)'a', 0xFF, (byte)'b' }).GetString());

    [Theory]
    [InlineData(true, "true")]
    [InlineData((sbyte)-1, "-1")]
    [InlineData((byte)1, "1")]
    [InlineData((short)-2, "-2")]
    [InlineData((ushort)2, "2")]
    [InlineData(-3, "-3")]
    [InlineData(3u, "3")]
    [InlineData(long.MinValue, "-9223372036854775808")]
    [InlineData(1.5, "\"1.5\"")]
    [InlineData(double.NaN, "\"NaN\"")]
    [InlineData(float.PositiveInfinity, "\"Infinity\"")]
    [InlineData(null, "null")]
    public void Values_of_every_kind_are_written(object? value, string json) => Assert.Equal(json, Header(value).GetRawText());

    [Fact]
    public void Decimals_and_timestamps_are_numbers()
    {
        Assert.Equal("12.50", Header(12.50m).GetRawText());
        Assert.Equal("17", Header(new AmqpTimestamp(17)).GetRawText());
    }

    [Fact]
    public void Tables_and_lists_are_objects_and_arrays()
    {
        var table = new Dictionary<string, object?> { ["a"] = new List<object?> { 1, "x"u8.ToArray(), null }, ["b"] = new Dictionary<string, object?>() };

        Assert.Equal("""{"a":[1,"x",null],"b":{}}""", Header(table).GetRawText());
    }

    [Fact]
    public void A_table_without_a_bottom_is_cut_off()
    {
        object deep = "bottom"u8.ToArray();
        for (var i = 0; i < 2000; i++)
        {
            deep = i % 2 == 0 ? new List<object?> { deep } : new Dictionary<string, object?> { ["a"] = deep };
        }

        var json = Header(deep).GetRawText();

        Assert.DoesNotContain("bottom", json, StringComparison.Ordinal);
        Assert.InRange(json.Length, 1, 500);
    }

    [Fact]
    public void A_huge_header_is_kept_whole()
    {
        var huge = new byte[2 * 1024 * 1024];
        Array.Fill(huge, (byte)'x');

        Assert.Equal(huge.Length, Header(huge).GetString()!.Length);
    }

    [Fact]
    public void What_would_end_a_json_string_does_not() =>
        Assert.Equal("\"},\n\u001b\u2028", Header("\"},\n\u001b\u2028"u8.ToArray()).GetString());

    [Fact]
    public void Half_a_surrogate_pair_costs_no_message() =>
        Assert.Equal("\uFFFD", Header("\ud83d").GetString());

    private static JsonElement Header(object? value) =>
        Parse(new BasicProperties { Headers = new Dictionary<string, object?> { ["h"] = value } }).GetProperty("headers").GetProperty("h");

    private static JsonElement Parse(IReadOnlyBasicProperties properties)
    {
        using var document = JsonDocument.Parse(PropertiesJson.Write(properties));
        return document.RootElement.Clone();
    }
}
