using Contracts;
using UnitTests.Support;

namespace UnitTests.Contracts;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("Grüße 你好", "Grüße 你好")]
    [InlineData("a\nb\r\tc", "a\\u000ab\\u000d\\u0009c")]
    [InlineData("\0", "\\u0000")]
    [InlineData("\u001b[31m", "\\u001b[31m")]
    [InlineData("\u007f\u0085", "\\u007f\\u0085")]
    [InlineData("\u202eevil", "\\u202eevil")]
    [InlineData("\u200b\ufeff", "\\u200b\\ufeff")]
    [InlineData("\u2028\u2029", "\\u2028\\u2029")]
    [InlineData("\ue000", "\\ue000")]
    [InlineData("\ud83d\ude00", "\\ud83d\\ude00")]
    public void What_could_do_something_on_a_screen_is_escaped(string text, string shown) => Assert.Equal(shown, Printable.Clip(text));

    // An attribute's text cannot hold this.
    [Fact]
    public void Half_a_surrogate_pair_is_escaped() => Assert.Equal("a\\ud83d", Printable.Clip("a\ud83d"));

    [Fact]
    public void After_64_characters_it_is_cut()
    {
        Assert.Equal(new string('x', 64), Printable.Clip(new string('x', 64)));
        Assert.Equal(new string('x', 64) + "...", Printable.Clip(new string('x', 65)));
        Assert.Equal(new string('x', 64) + "...", Printable.Clip(new string('x', 1_000_000)));
    }

    [Fact]
    public void Quotes_are_put_around_it() => Assert.Equal("\"a\\u0000\"", Printable.Quote("a\0"));

    [Fact]
    public void Whatever_comes_in_a_short_harmless_line_comes_out() => ForAny.Case(
        choices => string.Concat(Enumerable.Range(0, choices.Below(100)).Select(_ => (char)choices.Below(char.MaxValue + 1))),
        text => string.Join(' ', text.Select(character => ((int)character).ToString("x4", System.Globalization.CultureInfo.InvariantCulture))),
        text =>
        {
            var shown = Printable.Clip(text);
            Assert.InRange(shown.Length, 0, (64 * 6) + 3);
            Assert.DoesNotContain(shown, character => char.IsControl(character) || char.IsSurrogate(character));
            Assert.Single(shown.ReplaceLineEndings("\n").Split('\n'));
        },
        cases: 2000);
}
