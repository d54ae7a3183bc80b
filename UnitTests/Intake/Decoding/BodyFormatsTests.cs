using RabbitMQ.Client;
using Worker.Intake;
using Worker.Intake.Decoding;

namespace UnitTests.Intake.Decoding;

public sealed class BodyFormatsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=utf-8")]
    [InlineData("Application/JSON")]
    [InlineData(" application/json ; x=y")]
    public void Plain_json_is_known_by_its_content_type_or_by_none(string? contentType) =>
        Assert.Equal((null, BodyFormat.Plain), Of(contentType));

    [Theory]
    [InlineData("application/vnd.masstransit+json")]
    [InlineData("application/vnd.masstransit+json; charset=utf-8")]
    [InlineData("APPLICATION/VND.MASSTRANSIT+JSON")]
    public void An_envelope_is_known_by_its_content_type(string contentType) =>
        Assert.Equal((null, BodyFormat.Envelope), Of(contentType));

    [Theory]
    [InlineData("text/plain", "text/plain")]
    [InlineData("application/xml", "application/xml")]
    [InlineData("application/json2", "application/json2")]
    [InlineData("application/vnd.masstransit+msgpack", "application/vnd.masstransit+msgpack")]
    [InlineData(";", ";")]
    [InlineData("a\u001bb", "a\\u001bb")]
    public void Any_other_content_type_is_refused_by_name(string contentType, string shown)
    {
        var refusal = BodyFormats.Of(new BasicProperties { ContentType = contentType }, out _);

        Assert.Equal("decode.content_type_unsupported", refusal?.Reason);
        Assert.Equal($"the content type is \"{shown}\"; application/json and application/vnd.masstransit+json are understood", refusal!.Detail);
    }

    [Theory]
    [InlineData("")]
    [InlineData("utf-8")]
    [InlineData("UTF8")]
    [InlineData("identity")]
    public void A_content_encoding_that_is_none_is_let_pass(string encoding) =>
        Assert.Equal((null, BodyFormat.Plain), Of("application/json", encoding));

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("utf-16")]
    public void A_body_in_another_encoding_is_refused_by_name(string encoding)
    {
        var (reason, _) = Of("application/json", encoding);

        Assert.Equal("decode.content_encoding_unsupported", reason);
    }

    private static (string? Reason, BodyFormat Format) Of(string? contentType, string? encoding = null)
    {
        var refusal = BodyFormats.Of(new BasicProperties { ContentType = contentType, ContentEncoding = encoding }, out var format);
        return (refusal?.Reason, format);
    }
}
