using System.Globalization;

namespace Benchmarks.Servers;

/// <summary>The most memory a process held at once, as the kernel counts it.</summary>
internal static class ProcessMemory
{
    private const string ResetPeak = "5";
    private const double KilobytesPerMegabyte = 1024;

    /// <summary>Lets the peak begin anew, at what the process holds now.</summary>
    public static void BeginPeak(int pid) => File.WriteAllText($"/proc/{pid}/clear_refs", ResetPeak);

    /// <summary>The peak since then, in megabytes of 1024 kilobytes.</summary>
    public static double PeakMegabytes(int pid) => Parse(File.ReadAllText($"/proc/{pid}/status"));

    internal static double Parse(string status)
    {
        const string Field = "VmHWM:";
        var line = status.Split('\n').First(line => line.StartsWith(Field, StringComparison.Ordinal));
        return long.Parse(line[Field.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture) / KilobytesPerMegabyte;
    }
}
