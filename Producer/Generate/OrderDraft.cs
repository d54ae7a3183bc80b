using Contracts;

namespace Producer.Generate;

/// <summary>An order that is being made up. Used again for the next one; amounts are whole numbers of the smallest unit.</summary>
internal sealed class OrderDraft
{
    /// <summary>Most lines a made-up order has.</summary>
    public const int MaxLines = 40;

    private const long UnitsPerCent = 100;

    private readonly Line[] _lines = new Line[MaxLines];
    private int _count;

    public Guid Id { get; private set; }

    public int Customer { get; private set; }

    public DateTimeOffset PlacedAt { get; private set; }

    public ReadOnlySpan<Line> Lines => _lines.AsSpan(0, _count);

    /// <summary>The total in cents, rounded as <see cref="OrderRules.TotalOf"/> rounds: half away from zero.</summary>
    public long TotalCents
    {
        get
        {
            var units = 0L;
            foreach (var line in Lines)
            {
                units += line.Quantity * line.Price;
            }

            return (units + (UnitsPerCent / 2)) / UnitsPerCent;
        }
    }

    public void Begin(Guid id, int customer, DateTimeOffset placedAt)
    {
        (Id, Customer, PlacedAt) = (id, customer, placedAt);
        _count = 0;
    }

    public void Add(int article, int quantity) => _lines[_count++] = new Line(article, quantity, Catalogue.PriceOf(article));

    /// <summary>One article of it.</summary>
    /// <param name="Article">The article's rank.</param>
    /// <param name="Quantity">How many.</param>
    /// <param name="Price">Price of one, in ten-thousandths.</param>
    public readonly record struct Line(int Article, int Quantity, long Price);
}
