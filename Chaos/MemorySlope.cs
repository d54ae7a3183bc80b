namespace Chaos;

/// <summary>
/// How fast the memory of the workers grows. A worker that is killed begins anew, so each process is a line of its own, and the
/// slope is the one that fits all of them at once.
/// </summary>
internal sealed class MemorySlope
{
    // Code is compiled and buffers grow to their size.
    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(1);

    private readonly Dictionary<int, List<(double Hours, double Megabytes)>> _lines = [];

    /// <summary>Megabytes an hour; <see langword="null"/> without enough to see.</summary>
    public double? MegabytesAnHour
    {
        get
        {
            var (above, below) = (0.0, 0.0);
            foreach (var line in _lines.Values.Where(line => line.Count > 1))
            {
                var (x, y) = (line.Average(point => point.Hours), line.Average(point => point.Megabytes));
                above += line.Sum(point => (point.Hours - x) * (point.Megabytes - y));
                below += line.Sum(point => (point.Hours - x) * (point.Hours - x));
            }

            return below > 0 ? above / below : null;
        }
    }

    /// <summary>The most that one process had.</summary>
    public double PeakMegabytes { get; private set; }

    /// <summary>Takes a sample down.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="age">How long it has run.</param>
    /// <param name="megabytes">Its resident memory.</param>
    public void Add(int pid, TimeSpan age, double megabytes)
    {
        PeakMegabytes = Math.Max(PeakMegabytes, megabytes);
        if (age < WarmUp)
        {
            return;
        }

        if (!_lines.TryGetValue(pid, out var line))
        {
            _lines[pid] = line = [];
        }

        line.Add((age.TotalHours, megabytes));
    }
}
