using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Benchmarks.Latency;

/// <summary>
/// Waits to within a tenth of a millisecond, which timers and <see cref="Thread.Sleep(int)"/> do not, and without spinning, for which
/// there are not enough cores.
/// </summary>
internal static class PreciseWait
{
    private const int ClockMonotonic = 1;

    /// <summary>Blocks the thread until a moment of <see cref="Stopwatch.GetTimestamp"/>; returns at once when it has passed.</summary>
    public static void Until(long timestamp)
    {
        // A signal ends a wait early.
        while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), timestamp) is var left && left > TimeSpan.Zero)
        {
            var (seconds, rest) = Math.DivRem(left.Ticks, TimeSpan.TicksPerSecond);
            var wait = new TimeSpec(seconds, rest * TimeSpan.NanosecondsPerTick);
            _ = Sleep(ClockMonotonic, 0, in wait, IntPtr.Zero);
        }
    }

    [DllImport("libc", EntryPoint = "clock_nanosleep")]
    private static extern int Sleep(int clock, int flags, in TimeSpec request, IntPtr remaining);

    // As 64-bit systems have it.
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}
