using System.Xml.Linq;
using Benchmarks.Results;
using Chaos;

namespace UnitTests.Chaos;

public sealed class ChaosReportTests
{
    private static readonly ChaosResult Result = new()
    {
        Options = new ChaosOptions(TimeSpan.FromMinutes(1), Seed: 4, Rate: 1500, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40), ""),
        Rate = 1500,
        Elapsed = TimeSpan.FromSeconds(90),
        Faults = [new FaultEvent("broker killed", 10, 2.5, 1.25), new FaultEvent("broker killed", 40, 3, 2), new FaultEvent("a column gone", 70, 3, 0.1)],
        Samples = [new Sample(1, 1500, 0, 80), new Sample(2, 0, null, null), new Sample(90, 900, 12_000, 120)],
        Published = 90_000,
        Stored = 88_000,
        Duplicates = 1_000,
        Lost = 0,
        Doubled = 0,
        DeadLetters = new Dictionary<string, long> { ["decode.malformed_json"] = 1_000 },
        InnocentsPutAside = 0,
        LongLivedWorkers = 2,
        ResidentSlope = new Slope(3.2, 4.1),
        AnonymousSlope = null,
        PeakMegabytes = 131,
    };

    [Fact]
    public void The_report_says_what_was_lost_and_how_to_repeat_the_run()
    {
        var text = ChaosReport.Markdown(Result, MachineDescription.Read());

        Assert.Contains("./run chaos --minutes 1 --seed 4 --rate 1500 --every 20-40", text, StringComparison.Ordinal);
        Assert.DoesNotContain("--faults", text, StringComparison.Ordinal);
        Assert.Contains("| **lost**", text, StringComparison.Ordinal);
        Assert.Contains("| broker killed |", text, StringComparison.Ordinal);
        Assert.Contains("decode.malformed_json", text, StringComparison.Ordinal);
        Assert.Contains("3.2 ± 4.1", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_some_faults_only_says_which()
    {
        var some = Result with { Options = Result.Options with { Faults = "database|disk" } };

        Assert.Contains("--every 20-40 --faults 'database|disk'`", ChaosReport.Markdown(some, MachineDescription.Read()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_timeline_marks_every_fault()
    {
        var svg = XDocument.Parse(new Timeline(Result).ToSvg()).Root!;

        Assert.Equal(3, svg.Descendants().Count(element => element.Name.LocalName == "rect"));
        Assert.Equal(3, svg.Descendants().Count(element => element.Name.LocalName == "polyline"));
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 0, 1)]
    public void One_order_lost_doubled_or_blamed_makes_the_run_bad(long lost, long doubled, long blamed)
    {
        Assert.True(Result.IsGood);
        Assert.False((Result with { Lost = lost, Doubled = doubled, InnocentsPutAside = blamed }).IsGood);
    }
}
