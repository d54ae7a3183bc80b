using Contracts;
using Infrastructure.Postgres;
using UnitTests.Support;

namespace UnitTests.Postgres;

public sealed class CopyNumericTests
{
    private const int HeaderLength = 19;
    private const int LengthLength = 4;

    // Digits count, weight, sign, scale, digits: as numeric_send writes them.
    [Theory]
    [InlineData(0, 2, "0000" + "0000" + "0000" + "0002")]
    [InlineData(1, 2, "0001" + "FFFF" + "0000" + "0002" + "0064")]
    [InlineData(100, 2, "0001" + "0000" + "0000" + "0002" + "0001")]
    [InlineData(150, 2, "0002" + "0000" + "0000" + "0002" + "0001" + "1388")]
    [InlineData(100_000_000, 2, "0001" + "0001" + "0000" + "0002" + "0064")]
    [InlineData(1_000_000, 2, "0001" + "0001" + "0000" + "0002" + "0001")]
    [InlineData(1_000_001, 2, "0003" + "0001" + "0000" + "0002" + "0001" + "0000" + "0064")]
    [InlineData(1, 4, "0001" + "FFFF" + "0000" + "0004" + "0001")]
    [InlineData(10_000, 4, "0001" + "0000" + "0000" + "0004" + "0001")]
    [InlineData(10_000, 0, "0001" + "0001" + "0000" + "0000" + "0001")]
    [InlineData(Amount.MaxUnits, 2, "0005" + "0003" + "0000" + "0002" + "270F" + "270F" + "270F" + "270F" + "26AC")]
    [InlineData(Amount.MaxUnits, 4, "0005" + "0003" + "0000" + "0004" + "0063" + "270F" + "270F" + "270F" + "270F")]
    [InlineData(long.MaxValue, 0, "0005" + "0004" + "0000" + "0000" + "039A" + "0D2C" + "0170" + "1565" + "16AF")]
    public void A_numeric_is_written_in_digits_of_ten_thousand(long units, int scale, string bytes) =>
        Assert.Equal(bytes, Convert.ToHexString(Write(units, scale)));

    [Fact]
    public void Any_numeric_reads_back_as_its_value() => ForAny.Case(
        choices => (Units: choices.BelowLong(choices.OneOf(10, 10_000, 100_000_000, Amount.MaxUnits, long.MaxValue)), Scale: choices.Below(5)),
        sample => $"{sample}",
        sample =>
        {
            var (value, scale) = CopyReader.ToNumeric(Write(sample.Units, sample.Scale));
            Assert.Equal(sample.Units / (decimal)Math.Pow(10, sample.Scale), value);
            Assert.Equal(sample.Scale, scale);
        },
        cases: 5000);

    [Fact]
    public void Any_instant_reads_back_to_the_microsecond() => ForAny.Case(
        choices => new DateTimeOffset(choices.BelowLong(DateTime.MaxValue.Ticks + 1), TimeSpan.Zero),
        instant => instant.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        instant =>
        {
            var buffer = new CopyBuffer(64);
            buffer.WriteTimestamp(instant);
            Assert.Equal(instant.Ticks / 10, CopyReader.ToTimestamp(buffer.Written.Span[(HeaderLength + LengthLength)..]).Ticks / 10);
        },
        cases: 2000);

    private static byte[] Write(long units, int scale)
    {
        var buffer = new CopyBuffer(64);
        buffer.WriteNumeric(units, scale);
        return buffer.Written[(HeaderLength + LengthLength)..].ToArray();
    }
}
