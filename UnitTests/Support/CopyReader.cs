using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Contracts;
using Infrastructure.Postgres;

namespace UnitTests.Support;

/// <summary>
/// Reads what <see cref="CopyBuffer"/> wrote, as PostgreSQL's documentation describes it and not as our writer happens to do it.
/// Anything that the server would not take is an <see cref="InvalidDataException"/>.
/// </summary>
internal ref struct CopyReader
{
    private const long EpochTicks = 630_822_816_000_000_000;

    private ReadOnlySpan<byte> _rest;

    private CopyReader(ReadOnlySpan<byte> bytes)
    {
        _rest = bytes;
    }

    /// <summary>All rows. The end mark must be there, and nothing after it.</summary>
    public static List<CopiedRow> Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new CopyReader(bytes);
        var rows = new List<CopiedRow>();
        reader.ReadHeader();
        while (reader.BeginRow())
        {
            rows.Add(reader.ReadRow());
        }

        return rows;
    }

    /// <summary>Ids and hashes of all rows, each row checked against its hash: a row with a byte of another in it does not pass.</summary>
    public static List<(Guid OrderId, Guid ContentHash)> ReadKeys(ReadOnlySpan<byte> bytes)
    {
        var reader = new CopyReader(bytes);
        var keys = new List<(Guid, Guid)>();
        reader.ReadHeader();
        var row = reader._rest;
        while (reader.BeginRow())
        {
            var orderId = ToUuid(reader.Field());
            for (var i = 0; i < 5; i++)
            {
                reader.Field();
            }

            var hashed = row[..^reader._rest.Length];
            var contentHash = ToUuid(reader.Field());
            Require(contentHash == new Guid(XxHash128.Hash(hashed), bigEndian: true), $"row {keys.Count} is not what its hash says");
            keys.Add((orderId, contentHash));
            row = reader._rest;
        }

        return keys;
    }

    /// <summary>A <c>numeric</c>'s value, and the decimals it shows.</summary>
    public static (decimal Value, int Scale) ToNumeric(ReadOnlySpan<byte> field)
    {
        var count = BinaryPrimitives.ReadInt16BigEndian(field);
        var weight = BinaryPrimitives.ReadInt16BigEndian(field[2..]);
        var sign = BinaryPrimitives.ReadUInt16BigEndian(field[4..]);
        var scale = BinaryPrimitives.ReadInt16BigEndian(field[6..]);
        Require(field.Length == 8 + (2 * count), "numeric has another length than its digits say");
        Require(sign == 0, "numeric is negative or no number");
        Require(count > 0 || weight == 0, "numeric zero has a weight");
        var value = 0m;
        for (var i = 0; i < count; i++)
        {
            var digit = BinaryPrimitives.ReadInt16BigEndian(field[(8 + (2 * i))..]);
            Require(digit is >= 0 and < 10_000, "numeric digit is out of range");
            Require(digit != 0 || (i != 0 && i != count - 1), "numeric begins or ends with a zero digit");
            value += digit * PowerOf10000(weight - i);
        }

        return (value, scale);
    }

    public static DateTimeOffset ToTimestamp(ReadOnlySpan<byte> field)
    {
        Require(field.Length == 8, "timestamptz has 8 bytes");
        return new DateTimeOffset((BinaryPrimitives.ReadInt64BigEndian(field) * 10) + EpochTicks, TimeSpan.Zero);
    }

    private static decimal PowerOf10000(int exponent)
    {
        var power = 1m;
        for (var i = 0; i < Math.Abs(exponent); i++)
        {
            power = exponent > 0 ? power * 10_000 : power / 10_000;
        }

        return power;
    }

    private static Guid ToUuid(ReadOnlySpan<byte> field)
    {
        Require(field.Length == 16, "uuid has 16 bytes");
        return new Guid(field, bigEndian: true);
    }

    private static string ToText(ReadOnlySpan<byte> field)
    {
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(field);
        Require(!text.Contains('\0'), "text holds U+0000");
        return text;
    }

    private static string ToJson(ReadOnlySpan<byte> field)
    {
        Require(field[0] == 1, "jsonb is of version 1");
        return ToText(field[1..]);
    }

    private static List<OrderLine> ToLines(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(ToLine)];
    }

    private static OrderLine ToLine(JsonElement line)
    {
        Require(line.EnumerateObject().Select(member => member.Name).SequenceEqual(["sku", "quantity", "unitPrice"]), "a line has other members");
        return new OrderLine
        {
            Sku = line.GetProperty("sku").GetString()!,
            Quantity = line.GetProperty("quantity").GetInt32(),
            UnitPrice = line.GetProperty("unitPrice").GetDecimal(),
        };
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException(otherwise);
        }
    }

    private void ReadHeader()
    {
        Require(Take(11).SequenceEqual(Encoding.Latin1.GetBytes("PGCOPY\n\u00ff\r\n\0")), "the signature is wrong");
        Require(BinaryPrimitives.ReadInt32BigEndian(Take(4)) == 0, "flags are set");
        Require(BinaryPrimitives.ReadInt32BigEndian(Take(4)) == 0, "there is an extension");
    }

    private bool BeginRow()
    {
        var fields = BinaryPrimitives.ReadInt16BigEndian(Take(2));
        if (fields == -1)
        {
            Require(_rest.IsEmpty, $"{_rest.Length} bytes follow the end mark");
            return false;
        }

        Require(fields == OrderStore.ColumnCount, $"a row has {fields} fields");
        return true;
    }

    private CopiedRow ReadRow()
    {
        var orderId = ToUuid(Field());
        var customerId = ToText(Field());
        var placedAt = ToTimestamp(Field());
        var currency = ToText(Field());
        var (total, scale) = ToNumeric(Field());
        Require(scale == 2, "the total shows two decimals");
        var lines = ToJson(Field());
        var order = new OrderSubmitted
        {
            OrderId = orderId,
            CustomerId = customerId,
            PlacedAt = placedAt,
            Currency = currency,
            Total = total,
            Lines = ToLines(lines),
        };
        return new CopiedRow(order, lines, ToUuid(Field()));
    }

    private ReadOnlySpan<byte> Field() => Take(BinaryPrimitives.ReadInt32BigEndian(Take(4)));

    private ReadOnlySpan<byte> Take(int count)
    {
        Require(count >= 0 && count <= _rest.Length, $"{count} bytes are wanted, {_rest.Length} are there");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
