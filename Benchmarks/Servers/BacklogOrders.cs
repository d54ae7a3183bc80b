using System.Buffers.Binary;
using System.Text.Json;
using Contracts;
using Producer.Generate;

namespace Benchmarks.Servers;

/// <summary>The orders of a backlog, one after the other: the producer's, changed where the backlog asks for it. A repeated order stays one.</summary>
internal sealed class BacklogOrders
{
    private const int UnitsOfPrice = 10_000;
    private const int MostOfAnArticle = 9;

    // Any date would do; the same backlog must be the same bytes.
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Backlog _backlog;
    private readonly OrderGenerator _generator;

    public BacklogOrders(Backlog backlog)
    {
        _backlog = backlog;
        _generator = new OrderGenerator(new GeneratorOptions
        {
            Seed = backlog.Seed,
            Start = Start,
            Duplicates = backlog.Duplicates,
            Bad = backlog.Bad,
            AmountsAsText = backlog.Envelope,
        });
    }

    /// <summary>The next order. Its bytes are valid until the next call.</summary>
    public GeneratedOrder Next()
    {
        var order = _generator.Next();
        return (_backlog.RandomIds || _backlog.Lines is not null) && order.Kind is not GeneratedKind.Bad ? Changed(order) : order;
    }

    private GeneratedOrder Changed(GeneratedOrder generated)
    {
        var order = JsonSerializer.Deserialize(generated.Json.Span, OrderJson.Default.OrderSubmitted)!;

        // Everything follows from the id, so that an order that comes again is changed in the same way.
        var random = new Prng((ulong)_backlog.Seed ^ (ulong)Half(order.OrderId, 0) ^ (ulong)Half(order.OrderId, 8));
        if (_backlog.RandomIds)
        {
            order = order with { OrderId = RandomId(random) };
        }

        if (_backlog.Lines is { } count)
        {
            OrderLine[] lines = [.. Enumerable.Range(0, count).Select(_ => Line(random))];
            order = order with { Lines = lines, Total = OrderRules.TotalOf(lines) };
        }

        return new GeneratedOrder(order.OrderId, JsonSerializer.SerializeToUtf8Bytes(order, OrderJson.Default.OrderSubmitted), generated.Kind);
    }

    private static OrderLine Line(Prng random)
    {
        var article = 1 + random.Next(Catalogue.Articles);
        return new OrderLine
        {
            Sku = System.Text.Encoding.UTF8.GetString(Catalogue.SkuOf(article)),
            Quantity = 1 + random.Next(MostOfAnArticle),
            UnitPrice = (decimal)Catalogue.PriceOf(article) / UnitsOfPrice,
        };
    }

    // Version 4: random but for version and variant.
    private static Guid RandomId(Prng random)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (random.Next() & ~0xF000UL) | 0x4000);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], 0x8000000000000000 | (random.Next() >> 2));
        return new Guid(bytes, bigEndian: true);
    }

    private static long Half(Guid id, int from)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(bytes[from..]);
    }
}
