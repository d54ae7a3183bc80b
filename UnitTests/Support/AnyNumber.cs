using System.Globalization;
using System.Numerics;

namespace UnitTests.Support;

/// <summary>A number as text, and its exact value: <paramref name="Digits"/> x 10^<paramref name="Exponent"/>.</summary>
internal sealed record AnyNumber(string Text, bool IsNegative, BigInteger Digits, int Exponent)
{
    public static AnyNumber From(Choices choices)
    {
        var digits = Digit(choices, choices.Between(1, choices.OneOf(3, 18, 20, 40)));
        var decimals = choices.Below(digits.Length);
        var power = choices.Below(3) switch
        {
            0 => 0,
            1 => choices.Between(0, 40) - 20,
            _ => choices.Between(0, 120) - 60,
        };
        var isNegative = choices.Rarely(8);
        var mantissa = decimals == 0 ? digits : $"{digits[..^decimals]}.{digits[^decimals..]}";
        var exponent = power == 0 && choices.Rarely(2)
            ? ""
            : choices.OneOf("e", "E") + (power >= 0 ? choices.OneOf("", "+") : "-") + Math.Abs(power).ToString(CultureInfo.InvariantCulture);
        return new AnyNumber(
            (isNegative ? "-" : "") + mantissa + exponent, isNegative, BigInteger.Parse(digits, CultureInfo.InvariantCulture), power - decimals);
    }

    // Nines and zeros are where limits and superfluous digits are.
    private static string Digit(Choices choices, int count)
    {
        var kind = choices.Below(3);
        return string.Create(count, choices, (text, draws) =>
        {
            foreach (ref var digit in text)
            {
                digit = kind switch
                {
                    0 => (char)('0' + draws.Below(10)),
                    1 => draws.Rarely(6) ? '1' : '0',
                    _ => draws.Rarely(12) ? '8' : '9',
                };
            }
        });
    }
}
