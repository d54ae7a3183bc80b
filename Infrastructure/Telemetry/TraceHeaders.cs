using System.Diagnostics;
using Infrastructure.RabbitMq;

namespace Infrastructure.Telemetry;

/// <summary>What goes along with a message, so that whoever takes it in can say where it came from.</summary>
internal static class TraceHeaders
{
    /// <summary>The headers that name the span: W3C's, and for consumers on MassTransit the one it looks for instead.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(Activity span)
    {
        var id = span.Id!;
        yield return new(MessageHeaders.TraceParent, id);
        yield return new(MessageHeaders.MassTransitActivityId, id);
        if (span.TraceStateString is { Length: > 0 } state)
        {
            yield return new(MessageHeaders.TraceState, state);
        }
    }
}
