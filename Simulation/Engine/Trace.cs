using System.Globalization;
using System.Runtime.InteropServices;

namespace Simulation.Engine;

/// <summary>What happened, in sequence: a hash over all of it, and the last events in words.</summary>
/// <param name="kept">How many of the last events are kept.</param>
internal sealed class Trace(int kept)
{
    private const ulong FirstHash = 14_695_981_039_346_656_037;
    private const ulong HashPrime = 1_099_511_628_211;

    private readonly Dictionary<string, long> _timesOf = new(StringComparer.Ordinal);
    private readonly Event[] _last = new Event[kept];

    /// <summary>Events so far.</summary>
    public long Count { get; private set; }

    /// <summary>How often what has happened.</summary>
    public IReadOnlyDictionary<string, long> TimesOf => _timesOf;

    /// <summary>FNV-1a over all events. Two runs of the same seed must agree on it.</summary>
    public ulong Hash { get; private set; } = FirstHash;

    /// <summary>Notes an event. It is put into words only when somebody wants to read it.</summary>
    /// <param name="at">When.</param>
    /// <param name="who">Whose it is.</param>
    /// <param name="what">A composite format string of the two numbers.</param>
    /// <param name="first">The number that <c>{0}</c> stands for.</param>
    /// <param name="second">The number that <c>{1}</c> stands for.</param>
    public void Add(TimeSpan at, string who, string what, long first, long second)
    {
        _last[Count++ % kept] = new Event(at, who, what, first, second);
        CollectionsMarshal.GetValueRefOrAddDefault(_timesOf, what, out _)++;
        Mix(at.Ticks);
        Mix(first);
        Mix(second);
        foreach (var letter in who)
        {
            Mix(letter);
        }

        foreach (var letter in what)
        {
            Mix(letter);
        }
    }

    /// <summary>The last events, oldest first, a line each.</summary>
    public IReadOnlyList<string> Last() =>
        [.. Enumerable.Range(0, (int)Math.Min(Count, kept)).Select(index => _last[(Math.Max(0, Count - kept) + index) % kept].ToString())];

    private void Mix(long value) => Hash = (Hash ^ (ulong)value) * HashPrime;

    private readonly record struct Event(TimeSpan At, string Who, string What, long First, long Second)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{At.TotalSeconds,12:F6} s  {Who,-22} {string.Format(CultureInfo.InvariantCulture, What, First, Second)}");
    }
}
