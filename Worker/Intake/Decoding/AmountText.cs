using System.Globalization;
using System.Text;
using System.Text.Json;
using Contracts;
using Infrastructure.Postgres;

namespace Worker.Intake.Decoding;

/// <summary>Amounts as they stand in a body, and as they are written into one.</summary>
internal static class AmountText
{
    /// <summary>The characters of a number, or of a text that stands for one where that is allowed.</summary>
    /// <returns><see langword="false"/> when the value is of another type.</returns>
    public static bool TryRead(ref Utf8JsonReader reader, bool mayBeText, out ReadOnlySpan<byte> text)
    {
        text = reader.ValueSpan;
        return reader.TokenType == JsonTokenType.Number || (mayBeText && reader.TokenType == JsonTokenType.String);
    }

    /// <summary>Appends a unit price with as many decimals as it needs.</summary>
    /// <param name="rows">Where to.</param>
    /// <param name="units">The price in units of 1/10,000.</param>
    public static void Append(CopyBuffer rows, long units)
    {
        const int unitsInOne = 10_000;
        var (whole, fraction) = Math.DivRem(units, unitsInOne);
        rows.AppendNumber(whole);
        if (fraction == 0)
        {
            return;
        }

        rows.Append((byte)'.');
        for (var unit = unitsInOne / 10; fraction != 0; unit /= 10)
        {
            (var digit, fraction) = Math.DivRem(fraction, unit);
            rows.Append((byte)('0' + digit));
        }
    }

    /// <summary>A number from a body, for a sentence.</summary>
    public static string Show(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);

    /// <summary>An amount, for a sentence.</summary>
    /// <param name="units">The amount in units of its last decimal.</param>
    /// <param name="decimals">Its decimals.</param>
    public static string Show(UInt128 units, int decimals)
    {
        var unitsInOne = (UInt128)Math.Pow(10, decimals);
        var (whole, fraction) = UInt128.DivRem(units, unitsInOne);
        return string.Create(CultureInfo.InvariantCulture, $"{whole}.{((long)fraction).ToString($"D{decimals}", CultureInfo.InvariantCulture)}");
    }
}
