using System.Text;
using Infrastructure.Postgres;

namespace UnitTests.Postgres;

/// <summary>The bytes themselves, as PostgreSQL's manual gives them.</summary>
public sealed class CopyBufferTests
{
    private const string Header = "5047434F50590AFF0D0A00" + "00000000" + "00000000";

    private readonly CopyBuffer _buffer = new(64);

    [Fact]
    public void An_empty_buffer_is_the_header() => Assert.Equal(Header, Hex());

    [Fact]
    public void Rows_begin_with_their_fields_count_and_end_with_minus_one()
    {
        _buffer.BeginRow(7);
        _buffer.EndRows();

        Assert.Equal(Header + "0007" + "FFFF", Hex());
    }

    [Fact]
    public void A_uuid_is_sixteen_bytes_in_reading_order()
    {
        _buffer.WriteUuid(new Guid("00112233-4455-6677-8899-aabbccddeeff"));

        AssertWritten("00000010" + "00112233445566778899AABBCCDDEEFF");
    }

    [Theory]
    [InlineData("", "00000000")]
    [InlineData("a\u00e4\U0001F600", "00000007" + "61" + "C3A4" + "F09F9880")]
    public void A_text_is_its_length_and_its_bytes(string text, string bytes)
    {
        _buffer.WriteText(Encoding.UTF8.GetBytes(text));

        AssertWritten(bytes);
    }

    [Theory]
    [InlineData("2000-01-01T00:00:00Z", "0000000000000000")]
    [InlineData("2000-01-01T00:00:00.000001Z", "0000000000000001")]
    [InlineData("2000-01-01T00:00:00.0000019Z", "0000000000000001")]
    [InlineData("1999-12-31T23:59:59.999999Z", "FFFFFFFFFFFFFFFF")]
    [InlineData("1999-12-31T23:59:59.9999991Z", "FFFFFFFFFFFFFFFF")]
    [InlineData("2000-01-01T01:00:00+01:00", "0000000000000000")]
    [InlineData("0001-01-01T00:00:00Z", "FF1FE2FFC59C6000")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "0380E70B913B7FFF")]
    public void A_timestamp_is_microseconds_since_2000_and_what_is_finer_is_cut_off(string text, string bytes)
    {
        _buffer.WriteTimestamp(DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture));

        AssertWritten("00000008" + bytes);
    }

    [Fact]
    public void A_jsonb_is_its_version_and_its_text()
    {
        var start = _buffer.BeginJsonb();
        _buffer.Append("[1"u8);
        _buffer.Append((byte)',');
        _buffer.AppendNumber(long.MinValue);
        _buffer.Append((byte)']');
        _buffer.EndJsonb(start);

        AssertWritten("00000019" + "01" + Convert.ToHexString("[1,-9223372036854775808]"u8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(1_000_000)]
    [InlineData(long.MaxValue)]
    public void A_number_in_a_text_takes_no_more_than_its_digits(long number)
    {
        _buffer.AppendNumber(number);

        AssertWritten(Convert.ToHexString(Encoding.ASCII.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    public void It_grows_as_needed_and_loses_nothing(int initialCapacity)
    {
        var buffer = new CopyBuffer(initialCapacity);
        var expected = Convert.FromHexString(Header).ToList();
        for (var i = 0; i < 300; i++)
        {
            var text = Encoding.ASCII.GetBytes(new string((char)('a' + (i % 26)), i));
            buffer.WriteText(text);
            expected.AddRange([0, 0, (byte)(i >> 8), (byte)i, .. text]);
        }

        Assert.Equal(expected, buffer.Written.ToArray());
        Assert.Equal(expected.Count, buffer.Length);
    }

    [Fact]
    public void Truncating_forgets_what_came_after()
    {
        _buffer.WriteText("one"u8);
        var length = _buffer.Length;
        _buffer.WriteText("two"u8);

        _buffer.TruncateTo(length);
        _buffer.WriteText("3"u8);

        AssertWritten("00000003" + "6F6E65" + "00000001" + "33");
    }

    [Fact]
    public void Truncating_to_more_than_there_is_is_an_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _buffer.TruncateTo(_buffer.Length + 1));

    [Fact]
    public void Truncating_takes_back_the_end_of_rows()
    {
        var length = _buffer.Length;
        _buffer.EndRows();

        _buffer.TruncateTo(length);

        Assert.Equal(Header, Hex());
    }

    [Fact]
    public void A_reset_leaves_the_header()
    {
        _buffer.WriteText("one"u8);

        _buffer.Reset();

        Assert.Equal(Header, Hex());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(int.MaxValue)]
    public void A_reset_that_gives_memory_back_leaves_a_buffer_that_works(int keepCapacity)
    {
        _buffer.WriteText(new byte[100_000]);

        _buffer.Reset(keepCapacity);
        _buffer.WriteText("one"u8);

        AssertWritten("00000003" + "6F6E65");
    }

    private void AssertWritten(string bytes) => Assert.Equal(Header + bytes, Hex());

    private string Hex() => Convert.ToHexString(_buffer.Written.Span);
}
