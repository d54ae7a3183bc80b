namespace Contracts;

/// <summary>What <see cref="Amount.Read"/> found.</summary>
public enum AmountReading
{
    /// <summary>An amount within its limits.</summary>
    Ok,

    /// <summary>Negative, or more digits before the point than the column holds.</summary>
    OutOfRange,

    /// <summary>In range, but with a digit other than 0 after the last decimal allowed.</summary>
    TooManyDecimals,

    /// <summary>Not a decimal number.</summary>
    NotANumber,
}

/// <summary>
/// Reads amounts exactly. A <see cref="decimal"/> or a double rounds what it cannot hold without saying so;
/// money is refused instead.
/// </summary>
public static class Amount
{
    /// <summary>Most digits of an amount, decimals included: those of <c>numeric(18,s)</c>.</summary>
    public const int Digits = 18;

    /// <summary>The largest amount in units of its last decimal.</summary>
    public const long MaxUnits = 999_999_999_999_999_999;

    // Any exponent beyond this leaves nothing or overflows, whatever the digits: a message body has fewer digits than that.
    private const int ExponentLimit = 10 * OrderRules.MaxBodyBytes;

    /// <summary>Reads a decimal number in JSON's notation, exponent allowed.</summary>
    /// <param name="text">The number, UTF-8.</param>
    /// <param name="decimals">Decimals the amount may use: 2 makes the unit a hundredth.</param>
    /// <param name="units">The amount in units of its last decimal, 0 to <see cref="MaxUnits"/>; 0 unless the reading is <see cref="AmountReading.Ok"/>.</param>
    public static AmountReading Read(ReadOnlySpan<byte> text, int decimals, out long units)
    {
        units = 0;
        var negative = text.Length > 0 && text[0] == (byte)'-';
        var number = negative ? text[1..] : text;
        if (!TrySplit(number, out var mantissa, out var weight))
        {
            return AmountReading.NotANumber;
        }

        var value = 0L;
        var lost = false;
        foreach (var character in mantissa)
        {
            if (character == (byte)'.')
            {
                continue;
            }

            var digit = character - (byte)'0';
            if (weight >= -decimals)
            {
                if (value > MaxUnits / 10)
                {
                    return AmountReading.OutOfRange;
                }

                value = (value * 10) + digit;
            }
            else if (digit != 0)
            {
                lost = true;
                break;
            }

            weight--;
        }

        for (; weight >= -decimals && value != 0; weight--)
        {
            if (value > MaxUnits / 10)
            {
                return AmountReading.OutOfRange;
            }

            value *= 10;
        }

        if (negative && (value != 0 || lost))
        {
            return AmountReading.OutOfRange;
        }

        if (lost)
        {
            // A further digit on top of the largest amount is beyond it.
            return value == MaxUnits ? AmountReading.OutOfRange : AmountReading.TooManyDecimals;
        }

        units = value;
        return AmountReading.Ok;
    }

    /// <summary>Whether a <see cref="decimal"/> holds the number as it stands, without rounding its last digits away.</summary>
    /// <param name="text">A number that is known to be one.</param>
    internal static bool FitsDecimal(ReadOnlySpan<byte> text)
    {
        const int decimalDigits = 28;
        if (!TrySplit(text.TrimStart((byte)'-'), out var mantissa, out var weight))
        {
            return false;
        }

        int? firstNonZero = null;
        var lastNonZero = 0;
        foreach (var character in mantissa)
        {
            if (character == (byte)'.')
            {
                continue;
            }

            if (character != (byte)'0')
            {
                firstNonZero ??= weight;
                lastNonZero = weight;
            }

            weight--;
        }

        return firstNonZero is not { } first || (first - lastNonZero < decimalDigits && lastNonZero >= -decimalDigits);
    }

    /// <summary>Splits digits from exponent and finds the power of ten of the first digit.</summary>
    private static bool TrySplit(ReadOnlySpan<byte> number, out ReadOnlySpan<byte> mantissa, out int firstWeight)
    {
        mantissa = number;
        firstWeight = 0;
        var point = -1;
        var digits = 0;
        var i = 0;
        for (; i < number.Length; i++)
        {
            var character = number[i];
            if (char.IsAsciiDigit((char)character))
            {
                digits++;
            }
            else if (character == (byte)'.' && point < 0 && digits > 0)
            {
                point = i;
            }
            else
            {
                break;
            }
        }

        if (digits == 0 || point == i - 1)
        {
            return false;
        }

        mantissa = number[..i];
        var exponent = 0;
        if (i < number.Length && !TryReadExponent(number[i..], out exponent))
        {
            return false;
        }

        firstWeight = (point < 0 ? digits : point) - 1 + exponent;
        return true;
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        if ((text[0] | 0x20) != 'e' || text.Length < 2)
        {
            return false;
        }

        var sign = text[1] == (byte)'-' ? -1 : 1;
        var digits = text[1] is (byte)'-' or (byte)'+' ? text[2..] : text[1..];
        foreach (var character in digits)
        {
            if (!char.IsAsciiDigit((char)character))
            {
                return false;
            }

            exponent = Math.Min((exponent * 10) + (character - '0'), ExponentLimit);
        }

        exponent *= sign;
        return digits.Length > 0;
    }
}
