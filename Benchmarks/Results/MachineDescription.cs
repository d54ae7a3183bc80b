using System.Globalization;
using System.Runtime.InteropServices;

namespace Benchmarks.Results;

/// <summary>The machine that everything ran on: a rate without one says nothing.</summary>
internal sealed record MachineDescription(string Cpu, int Cores, double MemoryGigabytes, string Kernel, string Distribution, string DotNet)
{
    public static MachineDescription Read() => new(
        CpuModel(File.ReadAllText("/proc/cpuinfo")),
        Environment.ProcessorCount,
        MemoryGigabytesOf(File.ReadAllText("/proc/meminfo")),
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription);

    /// <summary>In one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Cpu}, {Cores} cores, {MemoryGigabytes:0.#} GB, Linux {Kernel} ({Distribution}), {DotNet}");

    internal static string CpuModel(string cpuinfo) => Field(cpuinfo, "model name") ?? "unknown CPU";

    internal static double MemoryGigabytesOf(string meminfo)
    {
        const double KilobytesPerGigabyte = 1024 * 1024;
        return Field(meminfo, "MemTotal") is { } text
            ? Math.Round(double.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture) / KilobytesPerGigabyte, 1)
            : 0;
    }

    private static string? Field(string text, string name) => text
        .Split('\n')
        .Select(line => line.Split(':', 2))
        .FirstOrDefault(line => line.Length == 2 && line[0].Trim() == name)?[1].Trim();
}
