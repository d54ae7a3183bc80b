using System.Buffers.Binary;

namespace Producer.Generate;

/// <summary>
/// Makes up orders that are skewed as real ones are: few customers and articles make most of them, most have few lines. The same options
/// give the same orders, and shares of duplicates and bad ones take nothing from that: they come in between.
/// </summary>
internal sealed class OrderGenerator
{
    // Steepness of each skew.
    private const double CustomerSkew = 1.07;
    private const double ArticleSkew = 1.1;
    private const double LinesSkew = 1.6;
    private const double QuantitySkew = 2.2;

    private const int MaxQuantity = 200;

    // About a thousand orders a second of the shop's time.
    private const int MaxGapMicroseconds = 2_000;

    // What happens to an order is drawn apart, so that it does not change the orders that follow.
    private const ulong MishapSeed = 0x6D69736861707321;

    private readonly GeneratorOptions _options;
    private readonly Prng _random;
    private readonly Prng _mishaps;
    private readonly Zipf _customers;
    private readonly Zipf _articles = new(Catalogue.Articles, ArticleSkew);
    private readonly Zipf _lines = new(OrderDraft.MaxLines, LinesSkew);
    private readonly Zipf _quantities = new(MaxQuantity, QuantitySkew);
    private readonly OrderDraft _draft = new();
    private readonly OrderWriter _writer;
    private readonly RecentOrders _recent = new();
    private DateTimeOffset _clock;

    public OrderGenerator(GeneratorOptions options)
    {
        _options = options;
        _random = new Prng((ulong)options.Seed);
        _mishaps = new Prng((ulong)options.Seed ^ MishapSeed);
        _customers = new Zipf(options.Customers, CustomerSkew);
        _writer = new OrderWriter(options.AmountsAsText);
        _clock = options.Start;
    }

    /// <summary>The next order. Its bytes are valid until the next call.</summary>
    public GeneratedOrder Next()
    {
        if (_options.Duplicates + _options.Bad == 0)
        {
            return MakeFresh();
        }

        var chance = _mishaps.NextDouble();
        if (chance < _options.Bad)
        {
            return MakeBad();
        }

        if (chance < _options.Bad + _options.Duplicates && _recent.TryPick(_mishaps, out var again))
        {
            return again;
        }

        var fresh = MakeFresh();
        _recent.Remember(fresh);
        return fresh;
    }

    private GeneratedOrder MakeFresh()
    {
        _clock += TimeSpan.FromMicroseconds(_random.Next(MaxGapMicroseconds));
        Draw(_random);
        return new GeneratedOrder(_draft.Id, _writer.Write(_draft), GeneratedKind.Fresh);
    }

    private GeneratedOrder MakeBad()
    {
        Draw(_mishaps);
        var broken = BrokenOrders.Break(_writer.Write(_draft).Span, _mishaps);
        return new GeneratedOrder(_draft.Id, broken, GeneratedKind.Bad);
    }

    private void Draw(Prng random)
    {
        var customer = _customers.Next(random);
        _draft.Begin(NewId(random), customer, _clock.ToOffset(Catalogue.OffsetOf(customer)));
        for (var left = _lines.Next(random); left > 0; left--)
        {
            _draft.Add(_articles.Next(random), _quantities.Next(random));
        }
    }

    // A version 7 UUID: the time in milliseconds, then random bits around version and variant.
    private Guid NewId(Prng random)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, _clock.ToUnixTimeMilliseconds() << 16);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | (random.Next() & 0x0FFF)));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], 0x8000000000000000 | (random.Next() >> 2));
        return new Guid(bytes, bigEndian: true);
    }
}
