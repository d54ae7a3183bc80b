using System.Text;
using Producer.Publish;

namespace UnitTests.Producer;

public sealed class NdjsonReaderTests
{
    private const int MaxLine = 100_000;

    [Theory]
    [InlineData("a\nb\n", "a|b")]
    [InlineData("a\nb", "a|b")]
    [InlineData("a\r\nb\r\n", "a|b")]
    [InlineData("\uFEFFa\nb", "a|b")]
    [InlineData("\uFEFF", "")]
    [InlineData("a\n\n\nb", "a|||b")]
    [InlineData("", null)]
    [InlineData("\n", "")]
    [InlineData("a\rb\n", "a\rb")]
    public async Task Lines_are_read_as_they_come(string text, string? lines) =>
        Assert.Equal(lines?.Split('|') ?? [], await ReadAllAsync(new MemoryStream(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public async Task Lines_that_arrive_in_small_pieces_are_put_together()
    {
        var lines = Enumerable.Range(0, 200).Select(length => new string('x', length * 37)).ToArray();

        Assert.Equal(lines, await ReadAllAsync(new Trickle(Encoding.UTF8.GetBytes(string.Join("\r\n", lines)))));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task A_line_of_exactly_the_limit_is_whole(int over, bool isTooLong)
    {
        var reader = Reader(new string('x', MaxLine + over) + "\r\nnext");

        Assert.True(await reader.ReadAsync(default));
        Assert.Equal(isTooLong, reader.IsTooLong);
        Assert.True(await reader.ReadAsync(default));
        Assert.Equal("next", Text(reader));
        Assert.Equal(2, reader.Number);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("")]
    public async Task A_line_over_the_limit_can_be_copied_in_pieces(string end)
    {
        var line = string.Concat(Enumerable.Range(0, 200_000).Select(i => (char)('a' + (i % 26))));
        var reader = Reader(line + end);
        Assert.True(await reader.ReadAsync(default));
        Assert.True(reader.IsTooLong);

        var copy = new MemoryStream();
        copy.Write(reader.Line.Span);
        await reader.CopyRestAsync(copy.Write, default);

        Assert.Equal(line + "\n", Encoding.UTF8.GetString(copy.ToArray()));
        Assert.False(await reader.ReadAsync(default));
    }

    [Fact]
    public async Task A_line_over_the_limit_is_skipped_and_takes_no_more_memory_than_the_limit()
    {
        var stream = new Trickle(Encoding.UTF8.GetBytes(new string('x', 5_000_000) + "\nnext\n"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reader = new NdjsonReader(stream, MaxLine);
        Assert.True(await reader.ReadAsync(default));
        Assert.True(reader.Line.Length <= MaxLine + (64 * 1024) + 2);

        Assert.True(await reader.ReadAsync(default));

        Assert.Equal("next", Text(reader));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData("  \t\r\n", true)]
    [InlineData(" x\n", false)]
    public async Task Blank_lines_are_known_as_such(string text, bool isBlank)
    {
        var reader = Reader(text);
        await reader.ReadAsync(default);

        Assert.Equal(isBlank, reader.IsBlank);
    }

    [Fact]
    public async Task A_file_in_utf_16_is_named_as_what_it_is()
    {
        var reader = new NdjsonReader(new MemoryStream([0xFF, 0xFE, (byte)'{', 0, (byte)'\n', 0]), MaxLine);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await reader.ReadAsync(default));
    }

    [Fact]
    public async Task Waiting_for_input_ends_when_asked_to()
    {
        var reader = new NdjsonReader(new Silent(), MaxLine);
        using var stop = new CancellationTokenSource();
        var read = reader.ReadAsync(stop.Token).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    private static NdjsonReader Reader(string text) => new(new MemoryStream(Encoding.UTF8.GetBytes(text)), MaxLine);

    private static string Text(NdjsonReader reader) => Encoding.UTF8.GetString(reader.Line.Span);

    private static async Task<List<string>> ReadAllAsync(Stream stream)
    {
        var reader = new NdjsonReader(stream, MaxLine);
        var lines = new List<string>();
        while (await reader.ReadAsync(default))
        {
            lines.Add(Text(reader));
        }

        return lines;
    }

    /// <summary>Gives a few bytes at a time, as a pipe may.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        private int _turn;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + (_turn++ * 7919 % 5_000))], cancellationToken);
    }

    /// <summary>Never gives anything, and heeds no token: a terminal at which nobody types.</summary>
    private sealed class Silent : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(new TaskCompletionSource<int>().Task);
    }
}
