using System.Text;
using RabbitMQ.Client;
using UnitTests.Support;
using Worker.Intake;

namespace UnitTests.Telemetry;

public sealed class BatchLinksTests
{
    private const string Sampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private readonly BatchLinks _links = new();

    [Theory]
    [InlineData(Sampled, true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03", true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-02", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0b", true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-xy", false)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-zzad6b7169203331-01", false)]
    [InlineData("|0af7651916cd43dd8448eb211c80319c.b7ad6b7169203331_1.", false)]
    [InlineData("", false)]
    public void Only_what_somebody_records_is_linked(string traceParent, bool isLinked)
    {
        _links.Add(Encoding.UTF8.GetBytes(traceParent));

        Assert.Equal(isLinked ? 1 : 0, _links.Links.Count);
        Assert.Equal(0, _links.Unlinked);
    }

    [Fact]
    public void A_link_names_trace_and_span()
    {
        _links.Add(Encoding.UTF8.GetBytes(Sampled));

        var context = Assert.Single(_links.Links).Context;
        Assert.Equal(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"), (context.TraceId.ToString(), context.SpanId.ToString()));
        Assert.True(context.IsRemote, "the span is another process's");
    }

    [Fact]
    public void What_an_exporter_would_drop_is_counted_instead()
    {
        for (var i = 0; i < BatchLinks.Most + 3; i++)
        {
            _links.Add(Encoding.UTF8.GetBytes(TelemetryParts.TraceParent()));
            _links.Add(Encoding.UTF8.GetBytes(TelemetryParts.TraceParent(isSampled: false)));
        }

        Assert.Equal((BatchLinks.Most, 3), (_links.Links.Count, _links.Unlinked));

        _links.Clear();
        Assert.Equal((0, 0), (_links.Links.Count, _links.Unlinked));
    }

    [Theory]
    [InlineData("a", "b", "a")]
    [InlineData(null, "b", "b")]
    [InlineData("a", null, "a")]
    [InlineData(null, null, "")]
    public void The_header_of_W3C_is_asked_before_MassTransits(string? w3c, string? massTransit, string wanted)
    {
        var headers = new Dictionary<string, object?> { ["published-at"] = 1L };
        Set("MT-Activity-Id", massTransit);
        Set("traceparent", w3c);
        var encoded = Encode.Properties(new BasicProperties { ContentType = "application/json", Headers = headers });

        Assert.Equal(wanted, Encoding.UTF8.GetString(new MessageProperties(encoded).TraceParent));

        void Set(string name, string? value)
        {
            if (value is not null)
            {
                headers[name] = value;
            }
        }
    }

    [Fact]
    public void A_header_that_is_no_text_is_no_trace()
    {
        var encoded = Encode.Properties(new BasicProperties { Headers = new Dictionary<string, object?> { ["traceparent"] = 17L } });

        Assert.True(new MessageProperties(encoded).TraceParent.IsEmpty);
        Assert.True(new MessageProperties(new byte[] { 0x80 }).TraceParent.IsEmpty);
    }
}
