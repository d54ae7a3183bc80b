using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Worker.Intake;

/// <summary>Where the messages of a batch come from, as far as somebody traces them. Only there while telemetry is on.</summary>
internal sealed class BatchLinks
{
    /// <summary>As many links as an exporter sends of a span.</summary>
    public const int Most = 128;

    // 00-(32 digits)-(16 digits)-(2 digits of flags), of which the last bit says that somebody records it.
    private const int Length = 55;
    private const int SampledBit = 1;

    private readonly List<ActivityLink> _links = new(Most);

    /// <summary>The spans that published the messages, or the first of them.</summary>
    public IReadOnlyList<ActivityLink> Links => _links;

    /// <summary>Sampled messages beyond those.</summary>
    public int Unlinked { get; private set; }

    /// <summary>Takes a message's trace down. One that nobody records leads nowhere.</summary>
    public void Add(ReadOnlySpan<byte> traceParent)
    {
        if (traceParent.Length < Length || !IsSampled(traceParent))
        {
            return;
        }

        if (_links.Count == Most)
        {
            Unlinked++;
        }
        else if (ActivityContext.TryParse(Encoding.Latin1.GetString(traceParent), traceState: null, isRemote: true, out var context))
        {
            _links.Add(new ActivityLink(context));
        }
    }

    public void Clear()
    {
        _links.Clear();
        Unlinked = 0;
    }

    private static bool IsSampled(ReadOnlySpan<byte> traceParent) =>
        int.TryParse(traceParent[(Length - 2)..Length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var flags)
        && (flags & SampledBit) != 0;
}
