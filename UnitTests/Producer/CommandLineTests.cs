using Infrastructure.RabbitMq.Publishing;
using Producer.Bulk;
using Producer.CommandLine;

namespace UnitTests.Producer;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("1%", 0.01)]
    [InlineData("0.5%", 0.005)]
    [InlineData("0.5 %", 0.005)]
    [InlineData("0.01", 0.01)]
    [InlineData("0", 0)]
    [InlineData("100%", 1)]
    public void A_share_is_read(string text, double share)
    {
        Assert.True(Share.TryParse(text, out var read));
        Assert.Equal(share, read, tolerance: 1e-12);
    }

    [Theory]
    [InlineData("101%")]
    [InlineData("2")]
    [InlineData("-1%")]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("NaN")]
    [InlineData("1,5%")]
    public void What_is_no_share_is_refused(string text) => Assert.False(Share.TryParse(text, out _));

    [Theory]
    [InlineData("10", 10_000)]
    [InlineData("10s", 10_000)]
    [InlineData("0.5s", 500)]
    [InlineData("500ms", 500)]
    [InlineData("2m", 120_000)]
    public void A_duration_is_read(string text, double milliseconds)
    {
        Assert.True(Duration.TryParse(text, out var read));
        Assert.Equal(milliseconds, read.TotalMilliseconds);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1s")]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("25h")]
    [InlineData("99999m")]
    [InlineData("1e9")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Duration.TryParse(text, out _));

    [Fact]
    public void The_gravest_thing_that_happened_decides_the_exit_code()
    {
        var allConfirmed = new PublishCounts(Accepted: 5, Confirmed: 5, Unconfirmed: 0, Republished: 3);
        var notAll = allConfirmed with { Confirmed = 4, Unconfirmed = 1 };

        Assert.Equal(0, BulkOutcome.ExitCode(new Tally(), allConfirmed, wasInterrupted: false));
        Assert.Equal(3, BulkOutcome.ExitCode(new Tally { Refused = 1 }, allConfirmed, wasInterrupted: false));
        Assert.Equal(65, BulkOutcome.ExitCode(new Tally { Refused = 1, StoppedAtRefusal = true }, allConfirmed, wasInterrupted: false));
        Assert.Equal(66, BulkOutcome.ExitCode(new Tally { Refused = 1, InputFailed = true }, allConfirmed, wasInterrupted: false));
        Assert.Equal(1, BulkOutcome.ExitCode(new Tally { Refused = 1, StoppedAtRefusal = true }, notAll, wasInterrupted: false));
        Assert.Equal(1, BulkOutcome.ExitCode(new Tally { StoppedByPublisher = true }, default, wasInterrupted: false));
        Assert.Equal(130, BulkOutcome.ExitCode(new Tally(), notAll, wasInterrupted: true));
    }
}
