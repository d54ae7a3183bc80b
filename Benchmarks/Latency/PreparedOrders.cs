using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Benchmarks.Servers;
using Producer.Generate;

namespace Benchmarks.Latency;

/// <summary>
/// Orders that were made up beforehand; while they are published only id and time are written into them. Keeps books of what it gave out.
/// </summary>
internal sealed class PreparedOrders
{
    private const int Different = 4_096;
    private const int IdLength = 36;
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffffZ";

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string SomeTime = Start.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private readonly Template[] _templates;
    private long _orders;
    private decimal _total;
    private decimal _placedAt;
    private long _quantity;

    public PreparedOrders(long seed)
    {
        var generator = new OrderGenerator(new GeneratorOptions { Seed = seed, Start = Start });
        _templates = [.. Enumerable.Range(0, Different).Select(_ => TemplateOf(generator.Next().Json.Span))];
    }

    /// <summary>What was given out, summed up.</summary>
    public Contents GivenOut => new(_orders, _total, _placedAt, _quantity);

    /// <summary>The next order. Its bytes are valid until the same template comes again.</summary>
    /// <param name="placedAt">What it says of its time, in Unix microseconds.</param>
    public (Guid Id, ReadOnlyMemory<byte> Body) Next(long placedAt)
    {
        var template = _templates[_orders % Different];
        var id = NewId(placedAt);
        _ = id.TryFormat(template.Body.AsSpan(template.IdAt, IdLength), out _);
        var time = DateTime.UnixEpoch.AddTicks(placedAt * TimeSpan.TicksPerMicrosecond);
        _ = time.TryFormat(template.Body.AsSpan(template.TimeAt, SomeTime.Length), out _, TimeFormat, CultureInfo.InvariantCulture);
        _orders++;
        _total += template.Contents.Total;
        _placedAt += placedAt;
        _quantity += template.Contents.Quantity;
        return (id, template.Body);
    }

    // A version 7 UUID as the schedule would have it: the time, then a number instead of chance.
    private Guid NewId(long placedAt)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, placedAt / 1_000 << 16);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], 0x7000);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], 0x8000000000000000 | (ulong)_orders);
        return new Guid(bytes, bigEndian: true);
    }

    private static Template TemplateOf(ReadOnlySpan<byte> order)
    {
        // Times of the generator's are as long as their digits; here all are equally long.
        var (timeAt, timeLength) = ValueOf(order, "placedAt"u8);
        byte[] body = [.. order[..timeAt], .. System.Text.Encoding.UTF8.GetBytes(SomeTime), .. order[(timeAt + timeLength)..]];
        var tally = new OrderTally();
        tally.Add(body);
        return new Template(body, ValueOf(body, "orderId"u8).At, timeAt, tally.Contents);
    }

    private static (int At, int Length) ValueOf(ReadOnlySpan<byte> order, ReadOnlySpan<byte> property)
    {
        var reader = new Utf8JsonReader(order);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(property))
            {
                reader.Read();
                return ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            }
        }

        throw new JsonException("The order has no such property.");
    }

    private sealed record Template(byte[] Body, int IdAt, int TimeAt, Contents Contents);
}
