namespace Chaos;

/// <summary>
/// How fast the memory of the workers grows. A worker that is killed begins anew, so each process is a line of its own, and the
/// slope is the one that fits all of them at once. Only those that lived for long are among them: a few minutes say nothing about an hour.
/// </summary>
internal sealed class MemorySlope
{
    /// <summary>What of a life is left out: code is compiled and buffers grow to their size.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(3);

    /// <summary>The shortest life that counts.</summary>
    public static readonly TimeSpan LongLife = TimeSpan.FromMinutes(10);

    private readonly Dictionary<int, List<(double Hours, double Megabytes)>> _lines = [];

    /// <summary>Megabytes an hour; <see langword="null"/> without enough to see.</summary>
    public double? MegabytesAnHour
    {
        get
        {
            var (above, below) = (0.0, 0.0);
            foreach (var line in LongLines)
            {
                var (x, y) = (line.Average(point => point.Hours), line.Average(point => point.Megabytes));
                above += line.Sum(point => (point.Hours - x) * (point.Megabytes - y));
                below += line.Sum(point => (point.Hours - x) * (point.Hours - x));
            }

            return below > 0 ? above / below : null;
        }
    }

    /// <summary>Processes that lived long enough to count.</summary>
    public int LongLives => LongLines.Count();

    /// <summary>The most that one process had.</summary>
    public double PeakMegabytes { get; private set; }

    private IEnumerable<List<(double Hours, double Megabytes)>> LongLines => _lines.Values.Where(line => line[^1].Hours >= LongLife.TotalHours);

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
