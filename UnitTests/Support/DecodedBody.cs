using System.Text;
using Contracts;
using Infrastructure.Postgres;
using Worker.Intake;
using Worker.Intake.Decoding;

namespace UnitTests.Support;

/// <summary>What the decoder made of a body.</summary>
/// <param name="Refusal">Why it was refused; <see langword="null"/> when it was not.</param>
/// <param name="Row">The row, read back.</param>
/// <param name="Bytes">The row's bytes.</param>
internal sealed record DecodedBody(Refusal? Refusal, CopiedRow? Row, byte[] Bytes)
{
    private const int HeaderLength = 19;

    public static DecodedBody Of(string body) => Of(Encoding.UTF8.GetBytes(body));

    public static DecodedBody Of(byte[] body, BodyFormat format = BodyFormat.Plain)
    {
        var rows = new CopyBuffer(64);
        var refusal = OrderDecoder.Decode(body, format, rows, out var order);
        if (refusal is not null)
        {
            return new DecodedBody(refusal, null, []);
        }

        var bytes = rows.Written[HeaderLength..].ToArray();
        rows.EndRows();
        var row = Assert.Single(CopyReader.Read(rows.Written.Span));
        Assert.Equal(row.Order.OrderId, order.OrderId);
        return new DecodedBody(null, row, bytes);
    }

    /// <summary>Fails unless the row holds just this order.</summary>
    public void AssertHolds(OrderSubmitted expected)
    {
        Assert.Null(Refusal);
        var actual = Row!.Order;
        Assert.Equal(expected.OrderId, actual.OrderId);
        Assert.Equal(expected.CustomerId, actual.CustomerId);
        Assert.Equal(ToMicroseconds(expected.PlacedAt), actual.PlacedAt);
        Assert.Equal(expected.Currency, actual.Currency);
        Assert.Equal(expected.Total, actual.Total);
        Assert.Equal(expected.Lines, actual.Lines);
    }

    private static DateTimeOffset ToMicroseconds(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
