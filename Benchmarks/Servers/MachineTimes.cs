using System.Globalization;

namespace Benchmarks.Servers;

/// <summary>The machine's CPU time so far.</summary>
/// <param name="Total">All of it, idle included, in ticks.</param>
/// <param name="Idle">What nobody used.</param>
/// <param name="Stolen">What the hypervisor gave to others while somebody here wanted to run.</param>
internal sealed record MachineTimes(long Total, long Idle, long Stolen)
{
    /// <summary>What others use on a quiet machine: the benchmark itself looks at broker and database now and then, and the kernel has its own work.</summary>
    public const double UsualOthersShare = 0.1;

    private const int IdleField = 3;
    private const int DiskWaitField = 4;
    private const int StealField = 7;

    public static MachineTimes Read() => Parse(File.ReadLines("/proc/stat").First());

    /// <summary>Share of the time since an earlier look that was stolen, 0 to 1.</summary>
    public double StolenSince(MachineTimes earlier) =>
        Total == earlier.Total ? 0 : (Stolen - earlier.Stolen) / (double)(Total - earlier.Total);

    /// <summary>Share of the time since an earlier look that was used, but not by those whose CPU time is given: 0 to 1.</summary>
    public double UsedByOthersSince(MachineTimes earlier, TimeSpan used)
    {
        var busy = (Total - Idle - Stolen) - (earlier.Total - earlier.Idle - earlier.Stolen);
        return Total == earlier.Total ? 0 : Math.Max(0, busy - (used.TotalSeconds * ProcessTimes.TicksPerSecond)) / (Total - earlier.Total);
    }

    internal static MachineTimes Parse(string line)
    {
        long[] fields = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(field => long.Parse(field, CultureInfo.InvariantCulture))];

        // Guest time, the last two fields, is in user time already.
        return new MachineTimes(fields.Take(StealField + 1).Sum(), fields[IdleField] + fields[DiskWaitField], fields[StealField]);
    }
}
