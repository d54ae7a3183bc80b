using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace UnitTests.Support;

/// <summary>Listens to one source of spans and to the meter of the same name, as an exporter would.</summary>
internal sealed class TelemetryWatch : IDisposable
{
    private readonly ActivityListener _spans;
    private readonly MeterListener _meters = new();
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ConcurrentQueue<Measured> _measured = [];
    private readonly ConcurrentDictionary<string, Instrument> _instruments = [];

    public TelemetryWatch(string name, ActivitySamplingResult sampling = ActivitySamplingResult.AllDataAndRecorded)
    {
        _spans = new ActivityListener
        {
            ShouldListenTo = source => source.Name == name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampling,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_spans);
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == name)
            {
                _instruments[instrument.Name] = instrument;
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.Start();
    }

    /// <summary>Spans that have ended, in that sequence.</summary>
    public IReadOnlyList<Activity> Spans => [.. _ended];

    public IReadOnlyList<Measured> Measurements => [.. _measured];

    public IReadOnlyCollection<Instrument> Instruments => [.. _instruments.Values];

    /// <summary>Measurements of one instrument.</summary>
    public IReadOnlyList<Measured> Of(string instrument) => [.. _measured.Where(measured => measured.Instrument == instrument)];

    /// <summary>Asks the observable instruments, as the exporter does every so often.</summary>
    public void Observe() => _meters.RecordObservableInstruments();

    public void Dispose()
    {
        _spans.Dispose();
        _meters.Dispose();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue(new Measured(instrument.Name, value, tags.ToArray().ToDictionary()));

    /// <summary>One measurement.</summary>
    internal sealed record Measured(string Instrument, double Value, Dictionary<string, object?> Tags)
    {
        public object? this[string tag] => Tags.GetValueOrDefault(tag);
    }
}
