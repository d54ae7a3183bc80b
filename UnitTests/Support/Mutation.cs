using System.Text;

namespace UnitTests.Support;

/// <summary>Spoils an order's JSON, most of the time. What it makes may still be an order; both readings must then agree on that.</summary>
internal static class Mutation
{
    private static readonly string[] Numbers =
    [
        "0", "-0", "-0.0", "-1", "1", "1.0", "1e0", "1E+0", "10e-1", "0e5", "-0e-5", "1e-30", "-1e-30", "1e-4", "1e-5", "1e400", "-1e400", "1e-400",
        "0.0001", "0.00001", "0.005", "1000000", "1000001", "2147483647", "2147483648", "-2147483649", "9223372036854775808",
        "99999999999999.9999", "99999999999999.99990", "99999999999999.99991", "100000000000000", "1e14", "9999999999999999.99",
        "9999999999999999.991", "10000000000000000", "1e16", "79228162514264337593543950335", "79228162514264337593543950336",
        "0.0000000000000000000000000001", "0.00000000000000000000000000001", "12345678901234567890123456789012345678901234567890",
        "01", "1.", ".5", "+1", "1e", "1e+", "--1", "0x10", "NaN", "Infinity", "1_000",
    ];

    private static readonly string[] Instants =
    [
        "2026-11-20T23:15:01", "2026-11-20", "2026-11-20Z", "2026-11-20T23:15Z", "2026-11-20t23:15:01z", "2026-11-20 23:15:01Z", "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T23:59:60Z", "2026-11-20T23:15:01+14:00", "2026-11-20T23:15:01+14:01",
        "2026-11-20T23:15:01-14:00", "2026-11-20T23:15:01-00:00", "2026-11-20T23:15:01+0100", "2026-11-20T23:15:01+01", "0001-01-01T00:00:00+00:01",
        "0001-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999-00:01", "10000-01-01T00:00:00Z",
        "2026-11-20T23:15:01.1234567890123456Z", "2026-11-20T23:15:01.12345678901234567Z", "2026-11-20T23:15:01.Z", "2026-11-20T23:15:01,5Z", "20261120T231501Z",
        "2026-W47-5T23:15:01Z", " 2026-11-20T23:15:01Z", "2026-11-20T23:15:01Z ", "2026-11-20T23:15:01ZZ", "1763680501", "", "T", "\0",
    ];

    /// <summary>One or two faults in the tree.</summary>
    public static void Apply(Json.Object order, Choices choices)
    {
        var faults = choices.Between(1, 2);
        for (var i = 0; i < faults; i++)
        {
            var line = order.Members.Find(member => member.Key == "lines").Value is Json.Array { Items: [Json.Object first, ..] } ? first : order;
            Spoil(choices.Rarely(3) ? line : order, choices);
        }
    }

    /// <summary>A few faults in the bytes.</summary>
    public static byte[] Apply(byte[] body, Choices choices)
    {
        var bytes = body.ToList();
        var faults = choices.Between(1, 3);
        for (var i = 0; i < faults && bytes.Count > 0; i++)
        {
            Spoil(bytes, choices);
        }

        return [.. bytes];
    }

    private static void Spoil(Json.Object owner, Choices choices)
    {
        if (owner.Members.Count == 0)
        {
            return;
        }

        var index = choices.Below(owner.Members.Count);
        var (name, value) = owner.Members[index];
        switch (choices.Below(8))
        {
            case 0:
                owner.Members.RemoveAt(index);
                break;
            case 1:
                owner.Members.Insert(choices.Below(owner.Members.Count + 1), new(name, choices.Rarely(2) ? value : OtherValue(choices)));
                break;
            case 2:
                owner.Members[index] = new(OtherName(name, choices), value);
                break;
            case 3:
                owner.Members.Add(new(OtherName(name, choices), OtherValue(choices)));
                break;
            case 4:
                owner.Members[index] = new(name, OtherValue(choices));
                break;
            case 5:
                owner.Members[index] = new(name, Nested(value, choices.Between(1, 18), choices));
                break;
            default:
                owner.Members[index] = new(name, Bent(value, choices));
                break;
        }
    }

    private static void Spoil(List<byte> bytes, Choices choices)
    {
        var at = choices.Below(bytes.Count);
        switch (choices.Below(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << choices.Below(8));
                break;
            case 1:
                bytes[at] = (byte)choices.Below(256);
                break;
            case 2:
                bytes.RemoveAt(at);
                break;
            case 3:
                bytes.Insert(at, (byte)choices.OneOf('{', '}', '[', ']', ',', ':', '"', '\\', ' ', '\n', '\0', '0', '-', 'e', '.', '/'));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                bytes.AddRange(Encoding.UTF8.GetBytes(choices.OneOf(" ", "\n", "x", "{}", "\0", ",", "]", "}", "//", "/* */", "\u00a0", "\ufeff")));
                break;
            case 6:
                bytes.InsertRange(0, Encoding.UTF8.GetBytes(choices.OneOf("\ufeff", " ", "[", "//\n", "\0", "null ")));
                break;
            default:
                bytes[at] = choices.OneOf<byte>(0x80, 0xC0, 0xED, 0xF5, 0xFF);
                break;
        }
    }

    private static string OtherName(string name, Choices choices) => choices.Below(10) switch
    {
        0 => name.ToUpperInvariant(),
        1 when name.Length > 0 => name[..^1],
        2 => name + "s",
        3 => "",
        4 => name + "\0",
        5 when name.Length > 0 => name[..1] + "\ud800" + name[1..],
        6 => name + "\udc00",
        7 => "$type",
        8 => "note",
        _ => choices.OneOf("orderId", "customerId", "placedAt", "currency", "total", "lines", "sku", "quantity", "unitPrice"),
    };

    private static Json OtherValue(Choices choices) => choices.Below(9) switch
    {
        0 => new Json.Raw("null"),
        1 => new Json.Raw(choices.OneOf("true", "false")),
        2 => new Json.Raw(choices.OneOf<string>(Numbers)),
        3 => new Json.Text(choices.OneOf<string>(Numbers)),
        4 => new Json.Text(choices.OneOf<string>(Instants)),
        5 => new Json.Text(AnyOrder.Text(choices, 66)),
        6 => new Json.Object([]),
        7 => new Json.Array([]),
        _ => new Json.Array([new Json.Raw(choices.OneOf("null", "1", "\"a\"", "{}", "[]"))]),
    };

    private static Json Nested(Json value, int levels, Choices choices)
    {
        for (var i = 0; i < levels; i++)
        {
            value = choices.Rarely(2) ? new Json.Object([new("a", value)]) : new Json.Array([value]);
        }

        return value;
    }

    /// <summary>A value of the same kind, and not quite the same.</summary>
    private static Json Bent(Json value, Choices choices) => value switch
    {
        Json.Raw number => new Json.Raw(BentNumber(number.Characters, choices)),
        Json.Text { Value.Length: >= 10 } text when choices.Rarely(3) && text.Value[4] == '-' => new Json.Text(choices.OneOf<string>(Instants)),
        Json.Text text => new Json.Text(BentText(text.Value, choices)),
        Json.Array array => BentArray(array, choices),
        _ => OtherValue(choices),
    };

    private static string BentNumber(string number, Choices choices) => choices.Below(6) switch
    {
        0 => "-" + number,

        // So little more that a decimal does not feel it.
        1 => WithTail(number, new string('0', choices.Below(40)) + "1"),
        2 => WithTail(number, new string('0', choices.Below(40))),
        3 => "-" + WithTail(number, new string('0', choices.Below(40)) + "1"),
        4 => number + choices.OneOf("e0", "E+00", "e-0", "e1", "e-1", "e99999999999", "e-99999999999", "0"),
        _ => choices.OneOf<string>(Numbers),
    };

    private static string WithTail(string number, string tail)
    {
        var end = number.AsSpan().IndexOfAny('e', 'E');
        var mantissa = end < 0 ? number : number[..end];
        return mantissa + (mantissa.Contains('.', StringComparison.Ordinal) ? "" : ".") + tail + (end < 0 ? "" : number[end..]);
    }

    private static string BentText(string text, Choices choices)
    {
        var at = choices.Below(text.Length + 1);
        return choices.Below(10) switch
        {
            0 => text.Insert(at, "\0"),
            1 => text.Insert(at, "\ud83d"),
            2 => text.Insert(at, "\ude00"),
            3 => "",
            4 => new string('x', choices.Between(63, 66)),
            5 => string.Concat(Enumerable.Repeat("\U0001F600", choices.Between(63, 65))),
            6 => text + " ",
            7 => text.ToLowerInvariant(),
            8 => text.Replace("-", "", StringComparison.Ordinal),
            _ => "{" + text + "}",
        };
    }

    private static Json.Array BentArray(Json.Array array, Choices choices)
    {
        var items = array.Items.ToList();
        switch (choices.Below(5))
        {
            case 0:
                items.Clear();
                break;
            case 1:
                items.AddRange(array.Items);
                break;
            default:
                items.Insert(choices.Below(items.Count + 1), OtherValue(choices));
                break;
        }

        return new Json.Array(items);
    }
}
