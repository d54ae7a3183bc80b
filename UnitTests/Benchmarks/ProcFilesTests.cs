using Benchmarks.Results;
using Benchmarks.Servers;

namespace UnitTests.Benchmarks;

/// <summary>What the kernel writes, read.</summary>
public sealed class ProcFilesTests
{
    [Fact]
    public void A_process_has_a_parent_and_times_whatever_its_name_is()
    {
        var stat = ProcessTimes.Parse("42 (a) b (c)) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 1000 500 20 0 8 0 12345 1 2");

        Assert.Equal(new ProcessStat(42, 7, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(15)), stat);
    }

    [Fact]
    public void Peak_memory_is_in_megabytes() => Assert.Equal(1.5, ProcessMemory.Parse("Name:\tx\nVmPeak:\t 9999 kB\nVmHWM:\t    1536 kB\nVmRSS:\t 1 kB\n"));

    [Fact]
    public void Stolen_time_is_a_share_of_all_time()
    {
        var before = MachineTimes.Parse("cpu  100 0 50 800 40 0 5 5 0 0");
        var after = MachineTimes.Parse("cpu  150 0 60 825 45 0 5 15 20 0");

        Assert.Equal(0.1, after.StolenSince(before), tolerance: 1e-9);
        Assert.Equal(0, after.StolenSince(after));
    }

    [Fact]
    public void What_others_used_is_a_share_of_all_time_too()
    {
        var before = MachineTimes.Parse("cpu  100 0 50 800 40 0 5 5 0 0");
        var after = MachineTimes.Parse("cpu  150 0 60 825 45 0 5 15 20 0");

        // 60 of 100 ticks were used.
        Assert.Equal(0.2, after.UsedByOthersSince(before, TimeSpan.FromSeconds(0.4)), tolerance: 1e-9);
        Assert.Equal(0, after.UsedByOthersSince(before, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void The_machine_is_described_by_its_model_and_memory()
    {
        Assert.Equal("AMD EPYC", MachineDescription.CpuModel("processor\t: 0\nmodel name\t: AMD EPYC\nprocessor\t: 1\nmodel name\t: AMD EPYC\n"));
        Assert.Equal("unknown CPU", MachineDescription.CpuModel("processor\t: 0\n"));
        Assert.Equal(16, MachineDescription.MemoryGigabytesOf("MemTotal:       16777216 kB\nMemFree: 1 kB\n"));
    }
}
