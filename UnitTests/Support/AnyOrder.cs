using System.Text;
using Contracts;

namespace UnitTests.Support;

/// <summary>Orders that keep every rule, with every value at its limits now and then.</summary>
internal static class AnyOrder
{
    private const long MicrosecondsOfAllTime = 315_537_897_600_000_000;

    public static OrderSubmitted From(Choices choices)
    {
        var lines = Lines(choices);
        return new OrderSubmitted
        {
            OrderId = OrderId(choices),
            CustomerId = Text(choices, OrderRules.MaxCustomerIdLength),
            PlacedAt = PlacedAt(choices),
            Currency = $"{Letter(choices)}{Letter(choices)}{Letter(choices)}",
            Total = OrderRules.TotalOf(lines),
            Lines = lines,
        };
    }

    /// <summary>One whose texts are of ASCII and need no escape.</summary>
    public static OrderSubmitted InAscii(Choices choices)
    {
        var order = From(choices);
        return order with
        {
            CustomerId = AsciiText(choices, OrderRules.MaxCustomerIdLength),
            Lines = [.. order.Lines.Select(line => line with { Sku = AsciiText(choices, OrderRules.MaxSkuLength) })],
        };
    }

    /// <summary>1 to that many code points, of all planes.</summary>
    public static string Text(Choices choices, int mostCodePoints)
    {
        var length = choices.Rarely(8) ? mostCodePoints : choices.Between(1, Math.Min(12, mostCodePoints));
        var text = new StringBuilder();
        for (var i = 0; i < length; i++)
        {
            text.Append(Character(choices).ToString());
        }

        return text.ToString();
    }

    public static decimal UnitPrice(Choices choices) => choices.Below(8) switch
    {
        0 => choices.Below(100),
        1 => choices.Below(1_000_000) / 10_000m,
        2 => 0,
        3 => OrderRules.MaxUnitPrice,
        4 => OrderRules.MaxUnitPrice - (choices.Below(3) / 10_000m),
        5 => choices.BelowLong(Amount.MaxUnits) / 10_000m,
        6 => choices.Below(1_000) * (decimal)Math.Pow(10, choices.Below(11)),
        _ => choices.Below(2_000_000) / 100m,
    };

    private static string AsciiText(Choices choices, int longest)
    {
        var text = new char[choices.Rarely(8) ? longest : choices.Between(1, 12)];
        foreach (ref var character in text.AsSpan())
        {
            character = choices.OneOf('a', 'm', 'z', 'A', 'Z', '0', '9', '-', ' ', '~');
        }

        return new string(text);
    }

    private static List<OrderLine> Lines(Choices choices)
    {
        var lines = new List<OrderLine>();
        var count = choices.Between(1, choices.Rarely(8) ? 12 : 3);
        for (var i = 0; i < count; i++)
        {
            lines.Add(new OrderLine { Sku = Text(choices, OrderRules.MaxSkuLength), Quantity = Quantity(choices), UnitPrice = UnitPrice(choices) });
        }

        // What is too much together is bought once each; twelve of the dearest are well within a total.
        return OrderRules.TotalOf(lines) <= OrderRules.MaxTotal ? lines : [.. lines.Select(line => line with { Quantity = 1 })];
    }

    private static int Quantity(Choices choices) => choices.Below(4) switch
    {
        0 => choices.Between(1, 20),
        1 => OrderRules.MaxQuantity,
        2 => choices.Between(1, OrderRules.MaxQuantity),
        _ => 1,
    };

    private static Guid OrderId(Choices choices)
    {
        Span<byte> bytes = stackalloc byte[16];
        foreach (ref var value in bytes)
        {
            value = (byte)choices.Below(256);
        }

        return choices.Rarely(50) ? Guid.Empty : new Guid(bytes, bigEndian: true);
    }

    private static DateTimeOffset PlacedAt(Choices choices)
    {
        var instant = choices.Below(6) switch
        {
            0 => new DateTime(2026, 11, 20).AddSeconds(choices.Below(10_000_000)),
            1 => DateTime.MinValue,
            2 => DateTime.MaxValue,
            3 => new DateTime(2000, 1, 1).AddTicks(choices.Below(40) - 20),
            _ => new DateTime(choices.BelowLong(MicrosecondsOfAllTime) * TimeSpan.TicksPerMicrosecond).AddTicks(choices.Below(10)),
        };
        var offset = TimeSpan.FromMinutes(choices.Rarely(2) ? choices.Between(0, 28 * 60) - (14 * 60) : 0);
        var local = instant.Ticks + offset.Ticks;
        return new DateTimeOffset(instant, TimeSpan.Zero).ToOffset(local >= 0 && local <= DateTime.MaxValue.Ticks ? offset : TimeSpan.Zero);
    }

    private static char Letter(Choices choices) => (char)choices.Between('A', 'Z');

    private static Rune Character(Choices choices) => choices.Below(10) switch
    {
        < 4 => new Rune((char)choices.Between('a', 'z')),
        4 => new Rune((char)choices.Between(' ', '~')),
        5 => new Rune(choices.OneOf('"', '\\', '/', '\n', '\t', '\u0001', '\u001f', '\u007f', '\u0085', '\u2028', '\u202e', '\ufeff', '\uffff')),
        6 => new Rune((char)choices.Between(0x80, 0x7ff)),
        7 => new Rune((char)choices.Between(0x800, 0xd7ff)),
        8 => new Rune((char)choices.Between(0xe000, 0xffff)),
        _ => new Rune(choices.Between(0x10000, 0x10ffff)),
    };
}
