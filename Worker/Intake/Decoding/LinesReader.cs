using System.Text.Json;
using Contracts;
using Infrastructure.Postgres;

namespace Worker.Intake.Decoding;

/// <summary>
/// Reads an order's lines and writes them as canonical JSON: members in one sequence, no white space, amounts without superfluous
/// zeros, and no escape that is not needed.
/// </summary>
internal static class LinesReader
{
    [Flags]
    private enum Members
    {
        None = 0,
        Sku = 1,
        Quantity = 2,
        UnitPrice = 4,
        All = 7,
    }

    /// <summary>The reader stands on the opening bracket, and after a success on the closing one.</summary>
    /// <param name="sum">Sum of quantity x unit price, in units of 1/10,000.</param>
    public static Refusal? Read(scoped ref Utf8JsonReader reader, CopyBuffer rows, bool amountsMayBeText, out UInt128 sum)
    {
        sum = 0;
        var count = 0;
        rows.Append((byte)'[');
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == OrderRules.MaxLines)
            {
                return BrokenRule.LinesCount(count + CountRest(ref reader));
            }

            if (count > 0)
            {
                rows.Append((byte)',');
            }

            if (ReadLine(ref reader, count, rows, amountsMayBeText, ref sum) is { } refusal)
            {
                return refusal;
            }

            count++;
        }

        rows.Append((byte)']');
        return count == 0 ? BrokenRule.LinesCount(0) : null;
    }

    private static Refusal? ReadLine(
        scoped ref Utf8JsonReader reader, int index, CopyBuffer rows, bool amountsMayBeText, ref UInt128 sum)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Refusal.WrongType($"lines[{index}]", reader.TokenType, "an object");
        }

        var seen = Members.None;
        ReadOnlySpan<byte> sku = default;
        var quantity = 0;
        var unitPrice = 0L;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = NameOf(ref reader);
            if (member == Members.None)
            {
                return Refusal.UnknownMember($"lines[{index}]", reader.ValueSpan);
            }

            if ((seen & member) != 0)
            {
                return Refusal.DuplicateMember($"lines[{index}]", JsonNameOf(member));
            }

            seen |= member;
            reader.Read();
            var refusal = member switch
            {
                Members.Sku => ReadSku(ref reader, index, out sku),
                Members.Quantity => ReadQuantity(ref reader, index, out quantity),
                _ => ReadUnitPrice(ref reader, index, amountsMayBeText, out unitPrice),
            };
            if (refusal is not null)
            {
                return refusal;
            }
        }

        if (seen != Members.All)
        {
            return Refusal.MissingMember($"lines[{index}]", string.Join(", ", MissingNames(seen)));
        }

        sum += Math.BigMul((ulong)quantity, (ulong)unitPrice);
        WriteLine(rows, sku, quantity, unitPrice);
        return null;
    }

    private static Members NameOf(scoped ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("sku"u8))
        {
            return Members.Sku;
        }

        if (reader.ValueTextEquals("quantity"u8))
        {
            return Members.Quantity;
        }

        return reader.ValueTextEquals("unitPrice"u8) ? Members.UnitPrice : Members.None;
    }

    private static string JsonNameOf(Members member) => JsonNamingPolicy.CamelCase.ConvertName(member.ToString());

    private static IEnumerable<string> MissingNames(Members seen) =>
        new[] { Members.Sku, Members.Quantity, Members.UnitPrice }.Where(member => (seen & member) == 0).Select(JsonNameOf);

    private static Refusal? ReadSku(scoped ref Utf8JsonReader reader, int index, out ReadOnlySpan<byte> sku)
    {
        // The member's full name is put together only for a refusal: this runs for every line.
        if (JsonText.Read(ref reader, "sku", out sku, out var length) is { } refusal)
        {
            return refusal with { Detail = $"lines[{index}].{refusal.Detail}" };
        }

        return length is < 1 or > OrderRules.MaxSkuLength ? BrokenRule.SkuLength(index, length) : null;
    }

    private static Refusal? ReadQuantity(scoped ref Utf8JsonReader reader, int index, out int quantity)
    {
        quantity = 0;
        if (reader.TokenType != JsonTokenType.Number)
        {
            return Refusal.WrongType($"lines[{index}].quantity", reader.TokenType, "a whole number");
        }

        if (!reader.TryGetInt32(out quantity))
        {
            return reader.ValueSpan.ContainsAny((byte)'.', (byte)'e', (byte)'E')
                ? Refusal.InvalidValue($"lines[{index}].quantity", reader.ValueSpan, "a whole number")
                : BrokenRule.QuantityRange(index, AmountText.Show(reader.ValueSpan));
        }

        return quantity is < 1 or > OrderRules.MaxQuantity ? BrokenRule.QuantityRange(index, AmountText.Show(reader.ValueSpan)) : null;
    }

    private static Refusal? ReadUnitPrice(scoped ref Utf8JsonReader reader, int index, bool amountsMayBeText, out long unitPrice)
    {
        unitPrice = 0;
        if (!AmountText.TryRead(ref reader, amountsMayBeText, out var text))
        {
            return Refusal.WrongType($"lines[{index}].unitPrice", reader.TokenType, "a number");
        }

        return Amount.Read(text, OrderRules.UnitPriceDecimals, out unitPrice) switch
        {
            AmountReading.Ok => null,
            AmountReading.OutOfRange => BrokenRule.UnitPriceRange(index, AmountText.Show(text)),
            AmountReading.TooManyDecimals => BrokenRule.UnitPriceDecimals(index, AmountText.Show(text)),
            _ => Refusal.InvalidValue($"lines[{index}].unitPrice", text, "a decimal number"),
        };
    }

    private static void WriteLine(CopyBuffer rows, ReadOnlySpan<byte> sku, int quantity, long unitPrice)
    {
        rows.Append("{\"sku\":\""u8);
        JsonText.Append(rows, sku);
        rows.Append("\",\"quantity\":"u8);
        rows.AppendNumber(quantity);
        rows.Append(",\"unitPrice\":"u8);
        AmountText.Append(rows, unitPrice);
        rows.Append((byte)'}');
    }

    private static int CountRest(scoped ref Utf8JsonReader reader)
    {
        var count = 0;
        do
        {
            // Not Skip: lines that came before other members are read a second time, by a reader that does not know that it has them all.
            reader.TrySkip();
            count++;
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray);

        return count;
    }
}
