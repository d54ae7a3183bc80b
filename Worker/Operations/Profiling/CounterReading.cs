using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;

namespace Worker.Operations.Profiling;

/// <summary>One meter of the process, read twice.</summary>
/// <param name="Meter">Whose.</param>
/// <param name="Name">Its name in the conventions of OpenTelemetry.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Tags">What it is about.</param>
/// <param name="Value">The last value, of what has one.</param>
/// <param name="PerSecond">How much was added in a second, or how many values were recorded, of what only counts.</param>
internal sealed record CounterReading(string Meter, string Name, string? Unit, string Tags, double? Value, double? PerSecond);

/// <summary>Listens to all meters of this process for a while: the runtime's, the thread pool's, Npgsql's, the worker's own.</summary>
internal sealed class CounterListener : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private readonly Dictionary<(Instrument Instrument, string Tags), (double First, double Last, double Sum, long Count)> _seen = [];

    public CounterListener()
    {
        _listener.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Reads all of them, waits, and reads them again.</summary>
    public async Task<IReadOnlyList<CounterReading>> ReadAsync(TimeSpan length, TimeProvider time, CancellationToken cancellationToken)
    {
        _listener.RecordObservableInstruments();
        await Task.Delay(length, time, cancellationToken);
        _listener.RecordObservableInstruments();
        lock (_gate)
        {
            return [.. _seen.Select(one => Reading(one.Key.Instrument, one.Key.Tags, one.Value, length.TotalSeconds))
                .OrderBy(one => one.Meter, StringComparer.Ordinal).ThenBy(one => one.Name, StringComparer.Ordinal).ThenBy(one => one.Tags, StringComparer.Ordinal)];
        }
    }

    public void Dispose() => _listener.Dispose();

    private static CounterReading Reading(Instrument instrument, string tags, (double First, double Last, double Sum, long Count) seen, double seconds)
    {
        var kind = instrument.GetType().Name;
        var (value, perSecond) = kind switch
        {
            _ when kind.StartsWith("ObservableCounter", StringComparison.Ordinal) => ((double?)seen.Last, (double?)((seen.Last - seen.First) / seconds)),
            _ when kind.StartsWith("Histogram", StringComparison.Ordinal) => (null, seen.Count / seconds),
            _ when instrument.IsObservable => (seen.Last, null),
            _ when kind.StartsWith("Gauge", StringComparison.Ordinal) => (seen.Last, null),
            _ => (null, seen.Sum / seconds),
        };
        return new CounterReading(instrument.Meter.Name, instrument.Name, instrument.Unit, tags, value, perSecond);
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var about = string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
        lock (_gate)
        {
            ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_seen, (instrument, about), out var isKnown);
            seen = (isKnown ? seen.First : value, value, seen.Sum + value, seen.Count + 1);
        }
    }
}
