using Benchmarks.Contestants;
using Benchmarks.Peers;

namespace UnitTests.Benchmarks;

public sealed class ContestantTests
{
    private static readonly Contestant Plain = new() { Name = "one", Program = "one.dll", Arguments = ["--batch", "500"] };

    [Fact]
    public void A_contestant_over_tls_is_told_the_authorities_and_keeps_its_tuning()
    {
        var settings = ContestSettings.Parse(Plain.OverTls("ca.crt").Arguments);

        Assert.Equal("ca.crt", settings.CaFile);
        Assert.Equal(500, settings.Number("batch", 0));
    }

    [Fact]
    public void A_contestant_without_tls_has_no_authorities() => Assert.Equal("", ContestSettings.Parse(Plain.Arguments).CaFile);
}
