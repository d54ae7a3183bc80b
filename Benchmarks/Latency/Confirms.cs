namespace Benchmarks.Latency;

/// <summary>Counts the messages a broker has confirmed. Single confirms may overtake each other, and a multiple one may repeat them.</summary>
internal sealed class Confirms
{
    private readonly HashSet<ulong> _ahead = [];

    /// <summary>Up to this tag all are confirmed.</summary>
    public ulong Through { get; private set; }

    public void Take(ulong tag, bool multiple)
    {
        if (multiple)
        {
            Through = Math.Max(Through, tag);
            _ahead.RemoveWhere(single => single <= Through);
        }
        else if (tag > Through)
        {
            _ahead.Add(tag);
        }

        while (_ahead.Remove(Through + 1))
        {
            Through++;
        }
    }
}
