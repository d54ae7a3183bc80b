namespace Chaos;

/// <summary>
/// How fast the memory of the workers grows. A worker that is killed begins anew, so each process is a line of its own, and the
/// slope is the one that fits all of them at once. Only those that lived for long are among them: a few minutes say nothing about an hour.
/// </summary>
internal sealed class MemorySlope
{
    /// <summary>The shortest life that counts.</summary>
    public static readonly TimeSpan LongLife = TimeSpan.FromMinutes(10);

    // How much of a life is left out: what is called seldom is compiled late, and buffers grow to the largest that they ever have to hold.
    private const double WarmUp = 1.0 / 3;

    // Between two collections memory only grows, so neighbouring seconds are one observation and not many.
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    // Normal distribution, 95 %.
    private const double Deviations = 1.96;

    private readonly Dictionary<int, SortedList<int, (double Sum, int Count)>> _lives = [];

    /// <summary>The slope; <see langword="null"/> without enough to see one.</summary>
    public Slope? Slope
    {
        get
        {
            var lives = LongLives.Select(Observed).Select(Centred).ToList();
            var points = lives.SelectMany(life => life).ToList();
            var below = points.Sum(point => point.X * point.X);

            // Each life has a height of its own, and all have one slope.
            var freedom = points.Count - lives.Count - 1;
            if (freedom < 1 || below == 0)
            {
                return null;
            }

            var slope = points.Sum(point => point.X * point.Y) / below;
            var rest = points.Sum(point => Math.Pow(point.Y - (slope * point.X), 2)) / freedom;
            return new Slope(slope, Deviations * Math.Sqrt(rest / below));
        }
    }

    /// <summary>Processes that lived long enough to count.</summary>
    public int Lives => LongLives.Count();

    private IEnumerable<SortedList<int, (double Sum, int Count)>> LongLives =>
        _lives.Values.Where(life => (life.Keys[^1] + 1) * Step >= LongLife);

    /// <summary>Takes a sample down.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="age">How long it has run.</param>
    /// <param name="megabytes">Its memory.</param>
    public void Add(int pid, TimeSpan age, double megabytes)
    {
        if (!_lives.TryGetValue(pid, out var life))
        {
            _lives[pid] = life = [];
        }

        var minute = (int)(age / Step);
        var (sum, count) = life.GetValueOrDefault(minute);
        life[minute] = (sum + megabytes, count + 1);
    }

    private static List<(double Hours, double Megabytes)> Observed(SortedList<int, (double Sum, int Count)> life) =>
        [.. life.Where(minute => minute.Key >= (life.Keys[^1] + 1) * WarmUp).Select(minute => ((minute.Key * Step).TotalHours, minute.Value.Sum / minute.Value.Count))];

    private static IEnumerable<(double X, double Y)> Centred(List<(double Hours, double Megabytes)> life)
    {
        var (x, y) = (life.Average(point => point.Hours), life.Average(point => point.Megabytes));
        return life.Select(point => (point.Hours - x, point.Megabytes - y));
    }
}

/// <summary>A slope of memory over time.</summary>
/// <param name="MegabytesAnHour">The slope.</param>
/// <param name="Uncertainty">How far from it the true one may be, with 95 % certainty, as far as what is left over by the line is chance.</param>
internal readonly record struct Slope(double MegabytesAnHour, double Uncertainty)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{MegabytesAnHour:0.0} ± {Uncertainty:0.0}");
}
