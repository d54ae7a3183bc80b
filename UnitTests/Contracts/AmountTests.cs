using System.Globalization;
using System.Numerics;
using System.Text;
using Contracts;
using UnitTests.Support;

namespace UnitTests.Contracts;

public sealed class AmountTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("-0.0000", 0)]
    [InlineData("0e99999999999", 0)]
    [InlineData("-0e-99999999999", 0)]
    [InlineData("0.01", 1)]
    [InlineData("1", 100)]
    [InlineData("1.5", 150)]
    [InlineData("1.50000000000000000000000000000000000", 150)]
    [InlineData("0.0000000015e9", 150)]
    [InlineData("15e-1", 150)]
    [InlineData("15E-1", 150)]
    [InlineData("1.5e+0", 150)]
    [InlineData("1.5e00", 150)]
    [InlineData("15000000000000000000000000000000e-31", 150)]
    [InlineData("1e15", 100_000_000_000_000_000)]
    [InlineData("9999999999999999.99", Amount.MaxUnits)]
    [InlineData("9999999999999999.9900000", Amount.MaxUnits)]
    [InlineData("999999999999999999e-2", Amount.MaxUnits)]
    public void An_amount_is_read_in_units_of_its_last_decimal(string text, long units) =>
        Assert.Equal((AmountReading.Ok, units), Read(text, decimals: 2));

    [Theory]
    [InlineData("-1")]
    [InlineData("-0.01")]
    [InlineData("-0.0000000000000000000000000000000000001")]
    [InlineData("-1e-400")]
    [InlineData("10000000000000000")]
    [InlineData("1e16")]
    [InlineData("1e400")]
    [InlineData("1e99999999999999999999")]
    [InlineData("1e4294967296")]
    [InlineData("1e4294967294")]
    [InlineData("9999999999999999.991")]
    [InlineData("9999999999999999.99000000000000000000000000000000001")]
    [InlineData("123456789012345678901234567890123456789012345678901234567890")]
    public void What_the_column_does_not_hold_is_out_of_range(string text) =>
        Assert.Equal((AmountReading.OutOfRange, 0L), Read(text, decimals: 2));

    [Theory]
    [InlineData("0.001")]
    [InlineData("0.009")]
    [InlineData("37.501")]
    [InlineData("1e-3")]
    [InlineData("1e-99999999999999999999")]
    [InlineData("1e-4294967296")]
    [InlineData("1e-4294967297")]
    [InlineData("0.000000000000000000000000000000000000000000001")]
    [InlineData("9999999999999999.98000000000000000000000000000000001")]
    public void A_digit_beyond_the_last_decimal_is_never_dropped(string text) =>
        Assert.Equal((AmountReading.TooManyDecimals, 0L), Read(text, decimals: 2));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("1.e2")]
    [InlineData("1..2")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e1.5")]
    [InlineData("1ee1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1,5")]
    [InlineData("1\0")]
    [InlineData("0x1F")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("\u0661")]
    public void What_is_no_decimal_number_is_not_taken_for_one(string text) =>
        Assert.Equal((AmountReading.NotANumber, 0L), Read(text, decimals: 2));

    [Theory]
    [InlineData(0, "999999999999999999")]
    [InlineData(2, "9999999999999999.99")]
    [InlineData(4, "99999999999999.9999")]
    public void The_largest_amount_has_eighteen_digits_at_any_scale(int decimals, string largest)
    {
        var scale = BigInteger.Pow(10, decimals);
        var next = ((BigInteger)Amount.MaxUnits + 1) / scale;

        Assert.Equal((AmountReading.Ok, Amount.MaxUnits), Read(largest, decimals));
        Assert.Equal((AmountReading.OutOfRange, 0L), Read(next.ToString(CultureInfo.InvariantCulture), decimals));
    }

    [Fact]
    public void The_limits_of_the_rules_are_those_of_the_columns()
    {
        Assert.Equal(Amount.MaxUnits, OrderRules.MaxTotal * 100);
        Assert.Equal(Amount.MaxUnits, OrderRules.MaxUnitPrice * 10_000);
    }

    [Fact]
    public void A_body_full_of_digits_is_read_in_no_time()
    {
        var zeros = new string('0', OrderRules.MaxBodyBytes);

        Assert.Equal((AmountReading.Ok, 100L), Read("1." + zeros, decimals: 2));
        Assert.Equal((AmountReading.Ok, 100L), Read($"0.{zeros}1e{zeros.Length + 1}", decimals: 2));
        Assert.Equal((AmountReading.OutOfRange, 0L), Read(zeros.Replace('0', '9'), decimals: 2));
    }

    [Fact]
    public void Any_number_is_read_as_exact_arithmetic_reads_it() => ForAny.Case(
        choices => (Number: AnyNumber.From(choices), Decimals: choices.OneOf(2, 4, 0, 1, 3)),
        sample => $"{sample.Number.Text} with {sample.Decimals} decimals",
        sample => Assert.Equal(Expected(sample.Number, sample.Decimals), Read(sample.Number.Text, sample.Decimals)),
        cases: 20_000);

    [Fact]
    public void Any_decimal_within_its_limits_is_read_as_its_value() => ForAny.Case(
        choices => choices.BelowLong(Amount.MaxUnits + 1),
        units => $"{units} units",
        units =>
        {
            var value = units / 10_000m;
            Assert.Equal((AmountReading.Ok, units), Read(value.ToString(CultureInfo.InvariantCulture), decimals: 4));
        },
        cases: 2000);

    private static (AmountReading Reading, long Units) Read(string text, int decimals)
    {
        var reading = Amount.Read(Encoding.UTF8.GetBytes(text), decimals, out var units);
        return (reading, units);
    }

    // The value is digits x 10^exponent, exactly.
    private static (AmountReading Reading, long Units) Expected(AnyNumber number, int decimals)
    {
        var scaled = number.Exponent + decimals;
        var (units, rest) = scaled >= 0
            ? (number.Digits * BigInteger.Pow(10, scaled), BigInteger.Zero)
            : (BigInteger.DivRem(number.Digits, BigInteger.Pow(10, -scaled), out var remainder), remainder);
        if ((number.IsNegative && !number.Digits.IsZero) || units > Amount.MaxUnits || (units == Amount.MaxUnits && !rest.IsZero))
        {
            return (AmountReading.OutOfRange, 0);
        }

        return rest.IsZero ? (AmountReading.Ok, (long)units) : (AmountReading.TooManyDecimals, 0);
    }
}
